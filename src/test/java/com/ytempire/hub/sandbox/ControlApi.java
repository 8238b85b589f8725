package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.Faults.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;

/** Orders to the sandbox under {@code /_sandbox}; described in openapi.yaml, which is served here as well. */
final class ControlApi implements VendorServer.Vendor {

    private static final String VIDEO_PUBLISHED = "video.published";
    private static final String VIDEO_CHANGED = "video.changed";
    private static final String VIDEO_DELETED = "video.deleted";

    private final Sandbox sandbox;
    private final StripeScenarios scenarios;
    private final StripeOrders orders;
    private final Map<String, Function<Received, Answer>> routes = new LinkedHashMap<>();

    ControlApi(Sandbox sandbox) {
        this.sandbox = sandbox;
        this.scenarios = new StripeScenarios(sandbox.stripe());
        this.orders = new StripeOrders(sandbox.stripe());
        routes.put("POST /_sandbox/events", this::events);
        routes.put("POST /_sandbox/checkout", request -> orders.checkout(request.text()));
        routes.put("POST /_sandbox/intent", request -> orders.intent(request.text()));
        routes.put("POST /_sandbox/bank", request -> orders.bank(request.text()));
        routes.put("POST /_sandbox/dashboard", request -> orders.dashboard(request.text()));
        YoutubeOrders youtube = new YoutubeOrders(sandbox.youtube());
        routes.put("POST /_sandbox/youtube", request -> youtube.act(request.text()));
        routes.put("GET /_sandbox/youtube", request -> youtube.state());
        routes.put("POST /_sandbox/outage", this::outage);
        routes.put("POST /_sandbox/duplicate", this::duplicate);
        routes.put("POST /_sandbox/delay", this::delay);
        routes.put("POST /_sandbox/drop", this::drop);
        routes.put("POST /_sandbox/permute", this::permute);
        routes.put("POST /_sandbox/redeliver", this::redeliver);
        routes.put("POST /_sandbox/fail", this::fail);
        routes.put("POST /_sandbox/mood", this::mood);
        routes.put("POST /_sandbox/clock", this::clock);
        routes.put("POST /_sandbox/settings", this::settings);
        routes.put("GET /_sandbox/sent", this::sent);
        routes.put("GET /_sandbox/state", this::state);
        Mailbox mailbox = new Mailbox(sandbox.resend());
        routes.put("GET /_sandbox/mails", mailbox::mails);
        routes.put("GET /_sandbox/mailbox", mailbox::page);
        routes.put("GET /_sandbox/openapi.yaml", request -> openApi());
    }

    /** Methods and paths, like {@code POST /_sandbox/clock}. */
    Set<String> routes() {
        return routes.keySet();
    }

    @Override
    public String name() {
        return "sandbox";
    }

    @Override
    public Answer answer(Received request) {
        Function<Received, Answer> work = routes.get(request.method() + " " + request.path());
        if (work == null) {
            return error(404, "Known here: " + String.join(", ", routes.keySet()));
        }
        try {
            return work.apply(request);
        } catch (StripeError | IllegalArgumentException | IllegalStateException | NoSuchElementException e) {
            return error(400, e.getMessage());
        }
    }

    private static Answer error(int status, String message) {
        return Answer.json(status, Json.object().put("error", message));
    }

    private static Answer done() {
        return Answer.json(200, Json.object().put("done", true));
    }

    private Answer events(Received request) {
        Order order = new Order(
                request.text(),
                "vendor",
                "scenario",
                "event",
                "customer",
                "price",
                "subscription",
                "email",
                "amount",
                "type",
                "object",
                "channel_id",
                "video_id",
                "video_ids",
                "title",
                "workflow",
                "body",
                "mail");
        return switch (order.vendor()) {
            case StripeVendor.NAME -> stripe(order);
            case WebSubVendor.NAME -> youtube(order);
            case ResendVendor.NAME -> resend(order);
            case N8nVendor.NAME -> n8n(order);
            default -> throw new IllegalArgumentException(order.vendor() + " tells the hub nothing");
        };
    }

    private Answer stripe(Order order) {
        if (order.has("type")) {
            order.known("vendor", "type", "object");
            return orders.done(() -> {
                sandbox.stripe().emit(order.required("type"), order.object("object"));
                return null;
            });
        }
        order.known("vendor", "scenario", "customer", "price", "subscription", "email", "amount");
        String scenario = order.oneOf("scenario", scenarios.names());
        return orders.done(() -> scenarios.tell(scenario, order));
    }

    private Answer youtube(Order order) {
        order.known("vendor", "event", "channel_id", "video_id", "video_ids", "title");
        String event = order.oneOf("event", List.of(VIDEO_PUBLISHED, VIDEO_CHANGED, VIDEO_DELETED));
        String channel = order.required("channel_id");
        List<String> videos = new ArrayList<>();
        if (order.has("video_ids")) {
            videos.addAll(order.texts("video_ids"));
        } else {
            videos.add(order.text("video_id")
                    .orElseGet(() -> StripeObjects.newId("").substring(0, 11)));
        }
        WebSubVendor websub = sandbox.websub();
        if (event.equals(VIDEO_DELETED)) {
            videos.forEach(video -> websub.delete(channel, video));
        } else {
            websub.publish(channel, videos, order.text("title").orElse("A video about " + channel));
        }
        return Answer.json(200, Json.object().set("events", Json.tree(videos)));
    }

    private Answer resend(Order order) {
        order.known("vendor", "type", "mail");
        String event = sandbox.resend().tell(order.required("type"), order.required("mail"));
        return Answer.json(200, Json.object().set("events", Json.tree(List.of(event))));
    }

    private Answer n8n(Order order) {
        order.known("vendor", "workflow", "body");
        ObjectNode body = order.object("body");
        String execution = Json.text(body, "execution_id")
                .orElseGet(() -> StripeObjects.newId("").substring(0, 8));
        body.put("execution_id", execution);
        if (body.size() == 1) {
            body.put("workflow_id", "video-pipeline").put("status", "success");
            body.putObject("data").put("video_id", "video-1").put("step", "script");
        }
        sandbox.n8n().send(order.text("workflow").orElse(null), execution, body);
        return Answer.json(200, Json.object().set("events", Json.tree(List.of(execution))));
    }

    private Answer duplicate(Received request) {
        Order order = new Order(request.text(), "vendor", "count", "times");
        sandbox.deliveries().duplicate(order.vendor(), (int) order.number("times", 1, 1), order.count("count"));
        return done();
    }

    private Answer delay(Received request) {
        Order order = new Order(request.text(), "vendor", "count", "by");
        Duration by = order.duration("by", sandbox.clock().instant());
        sandbox.deliveries().delay(order.vendor(), by, order.count("count"));
        return done();
    }

    private Answer drop(Received request) {
        Order order = new Order(request.text(), "vendor", "count");
        sandbox.deliveries().drop(order.vendor(), order.count("count"));
        return done();
    }

    private Answer permute(Received request) {
        Order order = new Order(request.text(), "vendor", "count", "seed", "release");
        long seed = order.number("seed", 0, Long.MIN_VALUE);
        if (order.flag("release").orElse(false)) {
            sandbox.deliveries().releasePermuted(order.vendor(), seed);
        } else {
            sandbox.deliveries().permute(order.vendor(), (int) order.number("count", 10, 2), seed);
        }
        return done();
    }

    private Answer redeliver(Received request) {
        Order order = new Order(request.text(), "event");
        order.text("event")
                .ifPresentOrElse(
                        id -> {
                            if (!sandbox.deliveries().resend(id)) {
                                throw new IllegalArgumentException("No delivery of " + id + " is known");
                            }
                        },
                        sandbox.deliveries()::redeliverNow);
        return done();
    }

    private Answer fail(Received request) {
        Order order = new Order(request.text(), "vendor", "how", "status", "by", "count", "path", "after_the_work");
        String how = order.oneOf("how", List.of("status", "slow", "cut", "torn", "rate_limit", "nothing"));
        if (how.equals("nothing")) {
            order.known("how");
            sandbox.faults().clear();
            return done();
        }
        Kind kind = Kind.valueOf(how.toUpperCase(Locale.ROOT));
        Duration by = kind == Kind.SLOW ? order.duration("by", sandbox.clock().instant()) : Duration.ZERO;
        long status = kind == Kind.RATE_LIMIT ? 429 : order.number("status", 500, 400);
        boolean done = kind == Kind.SLOW
                || kind == Kind.TORN
                || order.flag("after_the_work").orElse(false);
        String path = order.text("path").orElse("");
        sandbox.faults().fail(order.vendor(), new Fault(kind, (int) status, by, path, "", done), order.count("count"));
        return done();
    }

    private Answer outage(Received request) {
        Order order = new Order(request.text(), "vendor", "how", "status", "for", "path", "lift");
        String vendor = order.vendor();
        if (order.flag("lift").orElse(false)) {
            order.known("vendor", "lift");
            sandbox.faults().lift(vendor);
            return done();
        }
        boolean cut = order.oneOf("how", List.of("cut", "status")).equals("cut");
        Instant now = sandbox.clock().instant();
        Fault fault = cut ? Fault.cut() : Fault.status((int) order.number("status", 503, 400));
        Instant until = order.has("for") ? now.plus(order.duration("for", now)) : null;
        sandbox.faults().outage(vendor, fault.on(order.text("path").orElse("")), until);
        return done();
    }

    private Answer mood(Received request) {
        Order order = new Order(request.text(), "vendor", "mood", "count", "lift");
        Moods<?> moods = sandbox.vendor(order.vendor()).moods();
        if (moods == null) {
            throw new IllegalArgumentException(order.vendor() + " has no moods");
        }
        if (order.flag("lift").orElse(false)) {
            order.known("vendor", "lift");
            moods.clear();
        } else {
            moods.order(order.oneOf("mood", moods.names()), order.has("count") ? order.count("count") : 0);
        }
        return done();
    }

    private Answer clock(Received request) {
        Order order = new Order(request.text(), "advance");
        sandbox.clock().advance(order.duration("advance", sandbox.clock().instant()));
        return Answer.json(
                200, Json.object().put("now", sandbox.clock().instant().toString()));
    }

    private Answer settings(Received request) {
        Order order = new Order(
                request.text(),
                "hub",
                "stripe_api_version",
                "stripe_snapshot_events",
                "stripe_thin_events",
                "stripe_livemode",
                "stripe_rate_limit",
                "stripe_endpoint_rate_limit",
                "stripe_smart_retries",
                "stripe_after_retries",
                "stripe_secrets",
                "youtube_silent",
                "youtube_signature",
                "n8n_secret",
                "n8n_timestamps");
        StripeVendor stripe = sandbox.stripe();
        order.text("hub").ifPresent(sandbox::hub);
        order.text("stripe_api_version").ifPresent(stripe::apiVersion);
        order.flag("stripe_snapshot_events").ifPresent(stripe::snapshotEvents);
        order.flag("stripe_thin_events").ifPresent(stripe::thinEvents);
        order.flag("stripe_livemode").ifPresent(stripe::livemode);
        if (order.has("stripe_rate_limit")) {
            stripe.rateLimit((int) order.number("stripe_rate_limit", 0, 0));
        }
        if (order.has("stripe_endpoint_rate_limit")) {
            stripe.endpointRateLimit((int) order.number("stripe_endpoint_rate_limit", 0, 0));
        }
        order.flag("stripe_smart_retries").ifPresent(stripe::smartRetries);
        if (order.has("stripe_after_retries")) {
            stripe.afterRetries(order.oneOf("stripe_after_retries", List.of("past_due", "unpaid", "canceled")));
        }
        if (order.has("stripe_secrets")) {
            stripe.secrets(order.texts("stripe_secrets").toArray(String[]::new));
        }
        order.flag("youtube_silent").ifPresent(sandbox.websub()::silent);
        order.text("youtube_signature").ifPresent(sandbox.websub()::signWith);
        order.text("n8n_secret").ifPresent(sandbox.n8n()::secret);
        order.flag("n8n_timestamps").ifPresent(sandbox.n8n()::timestamps);
        return done();
    }

    private Answer sent(Received request) {
        String vendor = Forms.parse(request.query()).path("vendor").asText();
        List<SentRequest> requests =
                vendor.isEmpty() ? sandbox.sent().all() : sandbox.sent().to(vendor);
        ObjectNode answer = Json.object();
        var list = answer.putArray("requests");
        for (SentRequest each : requests) {
            ObjectNode one = list.addObject();
            one.put("vendor", each.vendor()).put("at", each.at().toString());
            one.put("method", each.method()).put("path", each.path()).put("query", each.query());
            one.set("headers", Json.tree(each.headers()));
            one.put("body", each.body()).put("status", each.status());
        }
        return Answer.json(200, answer);
    }

    private Answer state(Received request) {
        ObjectNode answer = Json.object().put("now", sandbox.clock().instant().toString());
        answer.set("stripe", Json.tree(sandbox.stripe().counts()));
        var subscriptions = answer.putArray("youtube_subscriptions");
        sandbox.websub()
                .subscriptions()
                .forEach(each -> subscriptions
                        .addObject()
                        .put("channel_id", each.channelId())
                        .put("until", each.until().toString()));
        var deliveries = answer.putArray("deliveries");
        sandbox.deliveries()
                .all()
                .forEach(each -> deliveries
                        .addObject()
                        .put("vendor", each.vendor())
                        .put("event", each.id())
                        .put("state", each.state().name().toLowerCase(Locale.ROOT))
                        .put("attempts", each.attempts())
                        .put("last_status", each.lastStatus()));
        return Answer.json(200, answer);
    }

    private static Answer openApi() {
        try (InputStream in = ControlApi.class.getResourceAsStream("/sandbox/openapi.yaml")) {
            return Answer.of(200, "application/yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
