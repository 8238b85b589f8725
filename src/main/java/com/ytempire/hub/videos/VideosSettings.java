package com.ytempire.hub.videos;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** The figures of {@code hub.videos} in application.yml; each is explained there. */
@ConfigurationProperties("hub.videos")
record VideosSettings(Path storage, DataSize leastFree) {}
