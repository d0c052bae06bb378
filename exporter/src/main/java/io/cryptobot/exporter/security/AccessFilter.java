package io.cryptobot.exporter.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.exporter.security.AttemptLimit.AttemptResult;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Base64;
import java.util.Set;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * Basic authentication for all pages except the health pages, because a health checker has no password. It is off if no
 * users are configured. Thread-safe.
 */
final class AccessFilter extends HttpFilter {
    private static final Set<String> OPEN = Set.of("/-/healthy", "/-/ready");
    private static final String SCHEME = "Basic ";

    private final transient WebSecurity security;
    private final transient AttemptLimit attempts = new AttemptLimit();

    private record Credentials(String name, String password) {}

    AccessFilter(WebSecurity security) {
        this.security = security;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        LoadedWebConfig access = security.access();
        access.headers().forEach(response::setHeader);
        if (access.users().isEmpty() || OPEN.contains(request.getRequestURI())) {
            chain.doFilter(request, response);
            return;
        }
        switch (check(access.users(), request)) {
            case RIGHT -> chain.doFilter(request, response);
            case WRONG -> {
                response.setHeader("WWW-Authenticate", "Basic realm=\"cryptobot-exporter\", charset=\"UTF-8\"");
                refuse(response, HttpServletResponse.SC_UNAUTHORIZED, "unauthorized");
            }
            case TOO_MANY -> {
                response.setHeader("Retry-After", "1");
                refuse(response, HttpStatus.TOO_MANY_REQUESTS_429, "too many passwords at once");
            }
        }
    }

    private AttemptResult check(Users users, HttpServletRequest request) {
        Credentials shown = credentials(request.getHeader("Authorization"));
        if (shown == null) {
            return AttemptResult.WRONG;
        }
        if (users.isVerified(shown.name, shown.password)) {
            return AttemptResult.RIGHT;
        }
        return attempts.attempt(request.getRemoteAddr(), () -> users.verify(shown.name, shown.password));
    }

    private static @Nullable Credentials credentials(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        String decoded;
        try {
            decoded = new String(
                    Base64.getDecoder().decode(header.substring(SCHEME.length()).strip()), UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
        int colon = decoded.indexOf(':');
        return colon < 0 ? null : new Credentials(decoded.substring(0, colon), decoded.substring(colon + 1));
    }

    private static void refuse(HttpServletResponse response, int status, String line) throws IOException {
        byte[] body = (line + "\n").getBytes(UTF_8);
        response.setStatus(status);
        response.setContentType("text/plain; charset=utf-8");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
