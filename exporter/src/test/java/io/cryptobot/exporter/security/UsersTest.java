package io.cryptobot.exporter.security;

import static io.cryptobot.exporter.security.Authority.HASH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCrypt;

class UsersTest {
    private static final Path FILE = Path.of("web.yml");

    @Test
    void knowsTheRightPasswordFromEveryOther() throws Exception {
        Users users = Users.of(FILE, Map.of("alice", HASH));
        assertThat(users.verify("alice", "fakepassword")).isTrue();
        assertThat(users.verify("alice", "Fakepassword")).isFalse();
        assertThat(users.verify("alice", "")).isFalse();
        assertThat(users.verify("bob", "fakepassword"))
                .as("an unknown user is compared with a known one's hash, and refused")
                .isFalse();
    }

    @Test
    void remembersTheLastRightPasswordOfAUserAndNoWrongOne() throws Exception {
        Users users = Users.of(FILE, Map.of("alice", HASH, "bob", BCrypt.hashpw("b", BCrypt.gensalt("$2b", 4))));
        assertThat(users.isVerified("alice", "fakepassword")).isFalse();
        users.verify("alice", "fakepassword");
        users.verify("bob", "fakepassword");
        assertThat(users.isVerified("alice", "fakepassword")).isTrue();
        assertThat(users.isVerified("alice", "fakepassworD")).isFalse();
        assertThat(users.isVerified("bob", "fakepassword")).isFalse();
        assertThat(users.isVerified("carol", "fakepassword")).isFalse();
    }

    @Test
    void refusesWhatIsNoHashWithoutRepeatingIt() {
        for (String plain : new String[] {"hunter2", "", HASH + "x", "$2x$" + HASH.substring(4), "{SHA}abc"}) {
            assertThatThrownBy(() -> Users.of(FILE, Map.of("alice", plain)))
                    .hasMessage("web.yml: basic_auth_users.alice is not a bcrypt hash; htpasswd -nBC 10 \"\" | tr -d"
                            + " ':\\n' makes one");
        }
    }

    @Test
    void refusesACostThatTakesTheExporterDown() {
        assertThatThrownBy(() -> Users.of(FILE, Map.of("alice", HASH.replace("$10$", "$15$"))))
                .hasMessage("web.yml: basic_auth_users.alice has a bcrypt cost of 15; it must be between 4 and 14");
    }

    @Test
    void refusesANameThatCannotBeSent() {
        assertThatThrownBy(() -> Users.of(FILE, Map.of("a:b", HASH)))
                .hasMessage("web.yml: basic_auth_users.a:b: a user's name cannot hold a colon");
    }
}
