package com.ytempire.hub.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.platform.AlertSource;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Compares the models that are set with OpenAI's list of models, which names the day on which each is shut down
 * (developers.openai.com/api/docs/deprecations).
 */
@Component("modelWatch")
class ModelWatch implements AlertSource {

    private static final Logger LOG = LoggerFactory.getLogger(ModelWatch.class);
    private static final String VENDOR = "openai";
    private static final Duration QUIET = Duration.ofMinutes(2);

    private final JdbcClient jdbc;
    private final ContentSettings settings;
    private final Clock clock;

    ModelWatch(JdbcClient jdbc, ContentSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * @param state available or retired
     * @param shutdownDate null while none is announced
     * @param warning whether it is so near that somebody has to set another model
     */
    record Watched(
            String link, String model, String state, LocalDate shutdownDate, boolean warning, Instant checkedAt) {}

    /** Links of that vendor. */
    List<String> watched() {
        return models().keySet().stream().sorted().toList();
    }

    private Map<String, Set<String>> models() {
        Map<String, Set<String>> models = Stream.concat(
                        settings.levels().values().stream().map(level -> Map.entry(level.link(), level.model())),
                        settings.thumbnails().models().entrySet().stream()
                                .map(each ->
                                        Map.entry(each.getKey(), each.getValue().model())))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toSet())));
        models.keySet()
                .removeIf(link -> !VENDOR.equals(settings.links().get(link).vendor()));
        return models;
    }

    /**
     * Writes down how the link's models stand, and tells of those that end soon.
     *
     * @param list OpenAI's answer to {@code GET /v1/models}
     * @return that a model is gone; null when all are there
     */
    LinkFailure compare(String link, JsonNode list) {
        Map<String, LocalDate> known = new HashMap<>();
        list.path("data").forEach(model -> known.put(model.path("id").asText(), date(model.path("shutdown_date"))));
        String gone = null;
        for (String model : models().getOrDefault(link, Set.of())) {
            boolean there = known.containsKey(model);
            keep(link, model, there ? "available" : "retired", known.get(model));
            if (!there) {
                gone = model;
            } else if (isNear(known.get(model))) {
                LOG.error("model {} of link {} is shut down on {}: set another one", model, link, known.get(model));
            }
        }
        return gone == null
                ? null
                : new LinkFailure(Kind.RETIRED, "the model " + gone + " is not to be had any more", null);
    }

    private static LocalDate date(JsonNode date) {
        try {
            return date.isTextual() ? LocalDate.parse(date.asText()) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private boolean isNear(LocalDate shutdown) {
        return isNear(shutdown, settings.models().warnBefore());
    }

    private boolean isNear(LocalDate shutdown, Duration before) {
        return shutdown != null
                && !shutdown.isAfter(LocalDate.ofInstant(clock.instant().plus(before), ZoneOffset.UTC));
    }

    private void keep(String link, String model, String state, LocalDate shutdown) {
        jdbc.sql("""
                        insert into content.model (link, model, state, shutdown_date, checked_at)
                        values (:link, :model, :state, :shutdown, :now)
                        on conflict (link, model) do update
                           set state = excluded.state, checked_at = excluded.checked_at,
                               shutdown_date = coalesce(excluded.shutdown_date, case
                                   when excluded.state = 'retired' then model.shutdown_date end)
                        """)
                .param("link", link)
                .param("model", model)
                .param("state", state)
                .param("shutdown", shutdown == null ? null : Date.valueOf(shutdown))
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** The models that are set now, as they stood when the vendor was last asked. */
    List<Watched> list() {
        Map<String, Set<String>> models = models();
        return jdbc
                .sql("select link, model, state, shutdown_date, checked_at from content.model order by link, model")
                .query((row, number) -> {
                    LocalDate shutdown = row.getObject("shutdown_date", LocalDate.class);
                    String state = row.getString("state");
                    return new Watched(
                            row.getString("link"),
                            row.getString("model"),
                            state,
                            shutdown,
                            state.equals("retired") || isNear(shutdown),
                            row.getTimestamp("checked_at").toInstant());
                })
                .list()
                .stream()
                .filter(each -> models.getOrDefault(each.link(), Set.of()).contains(each.model()))
                .toList();
    }

    /** Once when a model's end comes near, and once more shortly before it. */
    @Override
    public List<Trouble> troubles(Instant now) {
        return list().stream().filter(Watched::warning).map(this::trouble).toList();
    }

    private Trouble trouble(Watched model) {
        boolean gone = model.state().equals("retired");
        boolean urgent = gone || isNear(model.shutdownDate(), settings.models().urgentBefore());
        return Trouble.of(
                        "model_ends",
                        VENDOR,
                        model.link() + " " + model.model(),
                        urgent ? Trouble.Level.CRITICAL : Trouble.Level.WARNING,
                        gone
                                ? "The model %s of link %s is not to be had any more: set another one"
                                        .formatted(model.model(), model.link())
                                : "The model %s of link %s is shut down on %s: set another one before"
                                        .formatted(model.model(), model.link(), model.shutdownDate()),
                        "/operations#vendors",
                        QUIET)
                .once();
    }

    /** One line for the operator. */
    public String summary() {
        List<Watched> all = list();
        return "%d models watched, %d of them end soon or are gone"
                .formatted(all.size(), all.stream().filter(Watched::warning).count());
    }
}
