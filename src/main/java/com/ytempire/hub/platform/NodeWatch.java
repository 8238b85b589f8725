package com.ytempire.hub.platform;

import jakarta.annotation.PostConstruct;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.info.BuildProperties;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells the other nodes that this one lives, and frees what a dead one held: leases are as long as the longest work, and
 * nobody is to wait for that. Each node says so every few seconds; one that was silent for a while is dead. A node that
 * only seemed to be finds its claims lost, as it does after a lease that ended: every claim has a number or a holder.
 *
 * <p>A node judges others only once it has itself been heard for as long as makes a dead one: after the database was away
 * all are silent, and none is dead. A node that stops says that it lives until its work has ended: the scheduler stops
 * before the work does, so it has a thread of its own.
 */
@Component
class NodeWatch implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

    private final JdbcClient jdbc;
    private final TransactionTemplate oneTransaction;
    private final List<NodeClaims> claims;
    private final NodeId node;
    private final NodeRole role;
    private final String version;
    private final Duration beat;
    private final Duration silent;
    private final LongSupplier nanoTime;
    private long lastBeat;
    private long steadySince;
    private ScheduledExecutorService beats;

    @Autowired
    NodeWatch(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            ObjectProvider<NodeClaims> claims,
            NodeId node,
            NodeRole role,
            ObjectProvider<BuildProperties> build,
            @Value("${hub.nodes.beat}") Duration beat,
            @Value("${hub.nodes.silent}") Duration silent) {
        this(
                jdbc,
                new TransactionTemplate(transactions),
                claims.stream().toList(),
                node,
                role,
                build.stream().map(BuildProperties::getVersion).findFirst().orElse("unknown"),
                beat,
                silent,
                System::nanoTime);
    }

    NodeWatch(
            JdbcClient jdbc,
            TransactionTemplate oneTransaction,
            List<NodeClaims> claims,
            NodeId node,
            NodeRole role,
            String version,
            Duration beat,
            Duration silent,
            LongSupplier nanoTime) {
        this.jdbc = jdbc;
        this.oneTransaction = oneTransaction;
        this.claims = claims;
        this.node = node;
        this.role = role;
        this.version = version;
        this.beat = beat;
        this.silent = silent;
        this.nanoTime = nanoTime;
    }

    @PostConstruct
    void start() {
        begin();
        CustomizableThreadFactory threads = new CustomizableThreadFactory("node-beats-");
        threads.setDaemon(true);
        beats = Executors.newSingleThreadScheduledExecutor(threads);
        beats.scheduleWithFixedDelay(this::beat, beat.toMillis(), beat.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What this node's former life held is free before the present one begins: there is one process of a node's name. */
    void begin() {
        oneTransaction.executeWithoutResult(status -> {
            if (remove() > 0) {
                LOG.warn("this node did not end cleanly; {} claims of its former life are free", free(node.value()));
            }
            live();
        });
        lastBeat = nanoTime.getAsLong();
        steadySince = lastBeat;
    }

    void beat() {
        try {
            live();
            long now = nanoTime.getAsLong();
            if (now - lastBeat >= silent.toNanos()) {
                steadySince = now;
            }
            lastBeat = now;
            if (now - steadySince >= silent.toNanos()) {
                oneTransaction.executeWithoutResult(status -> freeTheDead());
            }
        } catch (DataAccessException | TransactionException e) {
            LOG.debug("no node was heard: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("no node was heard", e); // what leaves here would be the last beat
        }
    }

    private void live() {
        jdbc.sql("insert into operations.node (node, role, version) values (:node, :role, :version)"
                        + " on conflict (node) do update set beat_at = now()")
                .param("node", node.value())
                .param("role", role.name())
                .param("version", version)
                .update();
    }

    /** One node does it; what cannot be freed now, because the dead one's transaction still hangs, at the next beat. */
    private void freeTheDead() {
        List<String> dead = jdbc.sql("delete from operations.node"
                        + " where beat_at < now() - make_interval(secs => :silent) returning node")
                .param("silent", silent.toSeconds())
                .query(String.class)
                .list();
        for (String each : dead) {
            LOG.warn("node {} is not heard any more; {} of its claims are free", each, free(each));
        }
    }

    private int free(String gone) {
        return claims.stream()
                .mapToInt(each -> jdbc.sql("""
                                update %1$s set %4$s = now() - interval '1 second'
                                 where %3$s = :gone and %4$s > now() and (%2$s)
                                """.formatted(each.table(), each.open(), each.node(), each.until()))
                        .param("gone", gone)
                        .update())
                .sum();
    }

    private int remove() {
        return jdbc.sql("delete from operations.node where node = :node")
                .param("node", node.value())
                .update();
    }

    /** A node that stops leaves nothing behind, be it a job of half an hour. */
    @Override
    public void destroy() {
        try {
            if (beats != null) {
                beats.shutdownNow();
                beats.awaitTermination(2, TimeUnit.SECONDS); // a late beat would make this node live again
            }
            oneTransaction.executeWithoutResult(status -> {
                remove();
                free(node.value());
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DataAccessException | TransactionException e) {
            LOG.debug("the others will notice that this node is gone: {}", e.getMessage());
        }
    }
}
