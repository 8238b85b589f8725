package com.ytempire.hub.sandbox;

import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** How YouTube has been told to behave; each mood waits for the next request it fits. */
final class YoutubeMoods {

    private static final class Planned {
        private final Mood mood;
        private final String channel;
        private int left;

        private Planned(Mood mood, String channel, int left) {
            this.mood = mood;
            this.channel = channel;
            this.left = left;
        }
    }

    private final List<Planned> planned = new ArrayList<>();

    /** @param channel only for this one; null for all */
    synchronized void next(Mood mood, String channel, int times) {
        planned.add(new Planned(mood, channel, times));
    }

    synchronized void clear() {
        planned.clear();
    }

    /** The mood for a request that one of these fits; null: as usual. */
    synchronized Mood take(Set<Mood> fitting, String channel) {
        for (Iterator<Planned> all = planned.iterator(); all.hasNext(); ) {
            Planned one = all.next();
            if (fitting.contains(one.mood) && (one.channel == null || one.channel.equals(channel))) {
                if (--one.left == 0) {
                    all.remove();
                }
                return one.mood;
            }
        }
        return null;
    }
}
