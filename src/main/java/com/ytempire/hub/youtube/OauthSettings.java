package com.ytempire.hub.youtube;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The figures of {@code hub.youtube.oauth} in application.yml; each is explained there.
 *
 * @param projects Google Cloud projects by the hub's name for them: the client of each
 */
@ConfigurationProperties("hub.youtube.oauth")
record OauthSettings(
        String callbackPath,
        String page,
        List<String> scopes,
        Duration linkLife,
        boolean sameBrowser,
        Duration refreshBefore,
        Duration refreshAgain,
        Duration refreshLease,
        int batch,
        Duration withdrawAgain,
        int withdrawTries,
        String project,
        Map<String, Project> projects) {

    record Project(String clientId, String clientSecret) {

        boolean isConfigured() {
            return clientId != null && !clientId.isBlank() && clientSecret != null && !clientSecret.isBlank();
        }

        @Override
        public String toString() {
            return "client " + clientId;
        }
    }
}
