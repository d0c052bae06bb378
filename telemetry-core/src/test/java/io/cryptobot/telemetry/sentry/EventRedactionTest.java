package io.cryptobot.telemetry.sentry;

import static org.assertj.core.api.Assertions.assertThat;

import io.sentry.Breadcrumb;
import io.sentry.SentryEvent;
import io.sentry.SentryOptions;
import io.sentry.protocol.Mechanism;
import io.sentry.protocol.Message;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.User;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventRedactionTest {
    @Test
    void hidesSecretsWhereverTheBotCanPutThem() throws IOException {
        SentryEvent event = new SentryEvent();
        Message message = new Message();
        message.setFormatted("token=canary");
        message.setMessage("token={}");
        message.setParams(List.of("canary"));
        event.setMessage(message);
        SentryException exception = new SentryException();
        exception.setValue("secret: canary");
        Mechanism mechanism = new Mechanism();
        mechanism.setDescription("password=canary");
        mechanism.setData(new HashMap<>(Map.of("api_key", "canary")));
        exception.setMechanism(mechanism);
        event.setExceptions(List.of(exception));
        Breadcrumb breadcrumb = new Breadcrumb("key=canary");
        breadcrumb.setData("signature", "canary");
        event.addBreadcrumb(breadcrumb);
        event.setTag("secret", "canary");
        event.setExtra("headers", Map.of("list", List.of("token=canary"), "deep", Map.of("password", "canary")));
        event.setExtra("array", new Object[] {"token=canary", null});
        event.getContexts().put("MDC", Map.of("api_secret", "canary"));
        event.getContexts().put("text", "token=canary");
        event.setTransaction("POST /?token=canary");
        User user = new User();
        user.setUsername("canary");
        event.setUser(user);

        StringWriter sent = new StringWriter();
        new SentryOptions().getSerializer().serialize(EventRedaction.redact(event), sent);

        assertThat(sent.toString()).contains("token=***", "secret: ***").doesNotContain("canary");
    }

    @Test
    void keepsWhatIsNoSecret() {
        SentryEvent event = new SentryEvent();
        Message message = new Message();
        message.setFormatted("order 7 of BTC failed");
        message.setParams(List.of("7", "BTC"));
        event.setMessage(message);
        event.setExtra("attempts", 3);

        EventRedaction.redact(event);

        assertThat(message.getParams()).containsExactly("7", "BTC");
        assertThat(event.getExtra("attempts")).isEqualTo(3);
    }
}
