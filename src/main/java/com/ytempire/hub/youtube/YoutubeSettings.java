package com.ytempire.hub.youtube;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** The figures of {@code hub.youtube} in application.yml; each is explained there. */
@ConfigurationProperties("hub.youtube")
record YoutubeSettings(String websubFeed, Duration lease, Ask ask, Poll poll) {

    record Ask(int batch, Duration again, Duration longest) {}

    record Poll(int batch, Duration quiet, Duration grace, DataSize most) {}
}
