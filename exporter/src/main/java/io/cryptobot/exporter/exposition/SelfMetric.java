package io.cryptobot.exporter.exposition;

/**
 * The subset of the exporter's Dropwizard metrics that is exported, with new names. The registry contains two hundred
 * more metrics, most of them about Jetty; the admin connector shows all of them.
 */
enum SelfMetric {
    HEAP_USED("jvm.memory.heap.used", "heap_used_bytes", "Java heap that the exporter uses."),
    HEAP_MAX("jvm.memory.heap.max", "heap_max_bytes", "Java heap that the exporter may use at most."),
    THREADS("jvm.threads.count", "threads", "Live threads of the exporter."),
    OPEN_FILES("jvm.filedescriptor", "open_files_ratio", "Open files of the exporter as a share of its limit."),
    REQUESTS(
            "io.dropwizard.jetty.MutableServletContextHandler.get-requests",
            "http_get_request_seconds",
            "Time the exporter took to answer GET requests, scrapes included."),
    RESPONSES_2XX(
            "io.dropwizard.jetty.MutableServletContextHandler.2xx-responses",
            "http_2xx_responses",
            "Successful answers of the exporter."),
    RESPONSES_4XX(
            "io.dropwizard.jetty.MutableServletContextHandler.4xx-responses",
            "http_4xx_responses",
            "Requests that the exporter refused."),
    RESPONSES_5XX(
            "io.dropwizard.jetty.MutableServletContextHandler.5xx-responses",
            "http_5xx_responses",
            "Requests that the exporter could not answer."),
    CERTIFICATE_NOT_AFTER(
            "io.cryptobot.exporter.security.WebSecurity.certificate-not-after",
            "certificate_not_after_timestamp_seconds",
            "Unix time in seconds at which the certificate that the exporter serves ends; without TLS there is none."),
    LOG_WARNINGS("ch.qos.logback.core.Appender.warn", "log_warnings", "Warnings in the exporter's log."),
    LOG_ERRORS("ch.qos.logback.core.Appender.error", "log_errors", "Errors in the exporter's log.");

    private final String registryName;
    private final String prometheusName;
    private final String help;

    SelfMetric(String registryName, String prometheusName, String help) {
        this.registryName = registryName;
        this.prometheusName = "cryptobot_exporter_" + prometheusName;
        this.help = help;
    }

    /** {@return the name in the Dropwizard registry} */
    String registryName() {
        return registryName;
    }

    /** {@return the family name, to which the bridge adds {@code _total} for a meter} */
    String prometheusName() {
        return prometheusName;
    }

    /** {@return the help text; the default text of the bridge contains a class name that changes at every start} */
    String help() {
        return help;
    }
}
