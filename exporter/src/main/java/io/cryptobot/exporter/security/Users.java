package io.cryptobot.exporter.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * The users of one version of the web configuration. The first check of a password uses bcrypt; later checks use a fast
 * keyed digest for each user. Thread-safe.
 */
final class Users {
    static final Users NONE = new Users(Map.of());

    /** The allowed hashes. {@code $2x$} comes from a broken implementation and is rejected. */
    private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");

    private static final int MIN_COST = 4;
    /** Maximum bcrypt cost. It needs about one second; each further step doubles the time. */
    private static final int MAX_COST = 14;

    private static final String DIGEST = "HmacSHA256";

    private final Map<String, String> hashes;
    private final String costliest;
    private final SecretKeySpec key = randomKey();
    /** Digest of the last correct password by user. */
    private final Map<String, byte[]> verified = new ConcurrentHashMap<>();

    private Users(Map<String, String> hashes) {
        this.hashes = Map.copyOf(hashes);
        this.costliest =
                hashes.values().stream().max(Comparator.comparing(Users::cost)).orElse("");
    }

    boolean sameAs(Users other) {
        return hashes.equals(other.hashes);
    }

    /** {@return the users of a configuration; there may be none} */
    static Users of(Path file, Map<String, String> hashes) throws WebConfigException {
        for (Map.Entry<String, String> user : hashes.entrySet()) {
            String key = "basic_auth_users." + user.getKey();
            // in YAML a key without a value is null
            String hash = String.valueOf(user.getValue());
            if (!HASH.matcher(hash).matches()) {
                throw new WebConfigException(
                        file, key + " is not a bcrypt hash; htpasswd -nBC 10 \"\" | tr -d ':\\n' makes one");
            }
            if (cost(hash) < MIN_COST || cost(hash) > MAX_COST) {
                throw new WebConfigException(
                        file,
                        key + " has a bcrypt cost of " + cost(hash) + "; it must be between " + MIN_COST + " and "
                                + MAX_COST);
            }
            if (user.getKey().indexOf(':') >= 0) {
                throw new WebConfigException(file, key + ": a user's name cannot hold a colon");
            }
        }
        return new Users(hashes);
    }

    boolean isEmpty() {
        return hashes.isEmpty();
    }

    /** {@return true if this password is already verified} It does not use bcrypt. */
    boolean isVerified(String name, String password) {
        byte[] known = verified.get(name);
        return known != null && MessageDigest.isEqual(known, digest(password));
    }

    /**
     * {@return true if the password is right} It needs the same time for unknown users, so that the time does not show
     * which names exist.
     */
    boolean verify(String name, String password) {
        boolean matches = BCrypt.checkpw(password.getBytes(UTF_8), hashes.getOrDefault(name, costliest));
        boolean right = matches && hashes.containsKey(name);
        if (right) {
            verified.put(name, digest(password));
        }
        return right;
    }

    private byte[] digest(String password) {
        try {
            Mac mac = Mac.getInstance(DIGEST);
            mac.init(key);
            return mac.doFinal(password.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + DIGEST, e);
        }
    }

    private static SecretKeySpec randomKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new SecretKeySpec(key, DIGEST);
    }

    private static int cost(String hash) {
        return Integer.parseInt(hash.substring(4, 6));
    }
}
