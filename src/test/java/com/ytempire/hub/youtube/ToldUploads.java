package com.ytempire.hub.youtube;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.test.context.TestComponent;

/** Remembers what was told of each video's upload, without what was told twice in a row. */
@TestComponent
public class ToldUploads implements UploadListener {

    private final Map<UUID, List<String>> told = new ConcurrentHashMap<>();
    private final Set<UUID> refused = ConcurrentHashMap.newKeySet();

    /** What was told of a video, oldest first. */
    public List<String> of(UUID video) {
        return List.copyOf(told.getOrDefault(video, List.of()));
    }

    /** A person may not have this video's upload tried again. */
    public void refuse(UUID video) {
        refused.add(video);
    }

    @Override
    public boolean mayBeRetried(UUID video) {
        return !refused.contains(video);
    }

    private void add(UUID video, String what) {
        told.compute(video, (id, all) -> {
            List<String> more = all == null ? new ArrayList<>() : new ArrayList<>(all);
            if (more.isEmpty() || !more.get(more.size() - 1).equals(what)) {
                more.add(what);
            }
            return more;
        });
    }

    @Override
    public void queued(UUID video, long place) {
        add(video, "queued " + place);
    }

    @Override
    public void uploading(UUID video, UUID channel, int percent) {
        add(video, "uploading " + percent);
    }

    @Override
    public void published(UUID video, String youtubeId, String url) {
        add(video, "published " + youtubeId);
    }

    @Override
    public void failed(UUID video, String code, String reason) {
        add(video, "failed " + code);
    }

    @Override
    public void cancelled(UUID video) {
        add(video, "cancelled");
    }
}
