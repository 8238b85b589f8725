package com.ytempire.hub.videos;

import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.NodeRole;
import com.ytempire.hub.platform.Trouble;
import java.time.Duration;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Tells people when somebody has to make room for videos, or to mount their folder. */
@Component
class StorageWatch {

    private static final Duration QUIET = Duration.ofMinutes(5);

    private final VideoStorage storage;
    private final Alerts alerts;
    private final NodeId node;
    private final NodeRole role;

    StorageWatch(VideoStorage storage, Alerts alerts, NodeId node, NodeRole role) {
        this.storage = storage;
        this.alerts = alerts;
        this.node = node;
        this.role = role;
    }

    /** The trouble is over a while after it was seen last. */
    @Scheduled(fixedDelayString = "${hub.videos.watch}")
    void look() {
        if (role.works()) {
            storage.problemOfStarting()
                    .ifPresent(problem -> alerts.holds(Trouble.of(
                            problem,
                            "videos",
                            node.value(),
                            Trouble.Level.CRITICAL,
                            problem.equals(VideoStorage.NO_SPACE)
                                    ? "No further video is begun: the disk of the videos is nearly full"
                                    : "This node makes no videos: it does not see their folder",
                            "/operations",
                            QUIET)));
        }
    }
}
