package com.ytempire.hub.content;

import com.ytempire.hub.platform.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How many calls a vendor takes at the same time, counted on all nodes together. A slot is a lease: that of a node that is
 * gone is free once it has ended.
 */
@Component
class VendorSlots {

    private final JdbcClient jdbc;
    private final Duration lease;
    private final NodeId node;
    private final Map<String, Integer> told = new ConcurrentHashMap<>();

    VendorSlots(JdbcClient jdbc, ContentSettings settings, NodeId node) {
        this.jdbc = jdbc;
        this.lease = settings.slot();
        this.node = node;
    }

    /**
     * @param most unless the vendor has told less
     * @return the holder to free it with; empty when all are taken
     */
    Optional<UUID> take(String vendor, int most) {
        int allowed = Math.max(1, Math.min(most, told.getOrDefault(vendor, most)));
        UUID holder = UUID.randomUUID();
        for (int tries = 0; tries < allowed; tries++) {
            // two that choose the same free slot: one gets it, the other looks again
            if (taken(vendor, allowed, holder)) {
                return Optional.of(holder);
            }
        }
        return Optional.empty();
    }

    private boolean taken(String vendor, int most, UUID holder) {
        return jdbc.sql("""
                                insert into content.vendor_slot as s (vendor, slot, holder, node, lease_until)
                                select :vendor, free.slot, :holder, :node, now() + make_interval(secs => :lease)
                                  from generate_series(1, :most) as free (slot)
                                 where not exists (select from content.vendor_slot t
                                                    where t.vendor = :vendor and t.slot = free.slot
                                                      and t.lease_until > now())
                                 order by free.slot limit 1
                                on conflict (vendor, slot) do update
                                   set holder = excluded.holder, node = excluded.node, lease_until = excluded.lease_until
                                 where s.lease_until <= now()
                                """)
                        .param("vendor", vendor)
                        .param("holder", holder)
                        .param("node", node.value())
                        .param("lease", lease.toSeconds())
                        .param("most", most)
                        .update()
                == 1;
    }

    void free(UUID holder) {
        jdbc.sql("delete from content.vendor_slot where holder = :holder")
                .param("holder", holder)
                .update();
    }

    /** The vendor says how many it takes; a plan can be smaller than the settings say. */
    void told(String vendor, int most) {
        told.put(vendor, most);
    }
}
