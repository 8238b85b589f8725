package com.ytempire.hub.youtube;

import com.ytempire.hub.camel.youtube.YoutubeClient;
import com.ytempire.hub.platform.Problem;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The Google Cloud projects by whose clients channels are connected. */
@Component
class OauthProjects {

    private static final int COME_AGAIN = 3600;

    private final OauthSettings settings;

    OauthProjects(OauthSettings settings) {
        this.settings = settings;
    }

    /** Their names, for people. */
    List<String> names() {
        return settings.projects().keySet().stream().sorted().toList();
    }

    /** @throws Problem 422 for an unknown one */
    String known(String wanted) {
        String name = wanted == null ? settings.project() : wanted;
        if (!settings.projects().containsKey(name)) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "Known projects are " + names(), "project");
        }
        return name;
    }

    /** @throws Problem 503 {@code not_configured} without the project's client */
    YoutubeClient client(String name) {
        OauthSettings.Project project = settings.projects().get(name);
        if (project == null || !project.isConfigured()) {
            throw Problem.retryLater(
                    "not_configured",
                    "YouTube is off: project " + name + " needs a client, the usual one YOUTUBE_CLIENT_ID and"
                            + " YOUTUBE_CLIENT_SECRET",
                    COME_AGAIN);
        }
        return new YoutubeClient(project.clientId(), project.clientSecret());
    }
}
