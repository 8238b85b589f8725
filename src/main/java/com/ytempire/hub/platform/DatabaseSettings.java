package com.ytempire.hub.platform;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the embedded PostgreSQL runs; see {@code hub.database} in application.yml.
 *
 * @param port 0 chooses a free one
 * @param startLimit how long the server may take to get ready
 * @param binaries where its programs are unpacked; null is a folder in the data folder
 */
@ConfigurationProperties("hub.database")
record DatabaseSettings(
        @DefaultValue("0") int port, @DefaultValue("30s") Duration startLimit, Path binaries) {}
