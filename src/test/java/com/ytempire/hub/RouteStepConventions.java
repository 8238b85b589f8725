package com.ytempire.hub;

import com.ytempire.hub.RouteFile.Route;
import com.ytempire.hub.RouteFile.Step;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules for the steps of a route: calls, breakers, expressions, transactions, and what goes out. */
final class RouteStepConventions {

    private static final Set<String> VENDOR_SCHEMES = Set.of("http", "https", "stripe", "google-youtube");
    private static final Set<String> CALLS = Set.of("to", "toD", "wireTap", "enrich", "pollEnrich", "poll");
    private static final Set<String> WITH_EXPRESSION = Set.of(
            "setBody",
            "setHeader",
            "setVariable",
            "setProperty",
            "filter",
            "split",
            "idempotentConsumer",
            "transform",
            "validate",
            "loop",
            "delay",
            "throttle",
            "sort",
            "recipientList",
            "routingSlip",
            "dynamicRouter",
            "resequence",
            "enrich",
            "pollEnrich",
            "script");
    private static final Set<String> LANGUAGES = Set.of(
            "simple",
            "constant",
            "method",
            "jsonpath",
            "header",
            "variable",
            "exchangeProperty",
            "jq",
            "xpath",
            "tokenize",
            "spel",
            "language",
            "groovy",
            "java",
            "joor",
            "csimple",
            "ognl",
            "mvel",
            "js",
            "python");
    private static final Set<String> CODE = Set.of("groovy", "java", "joor", "js", "python", "mvel", "ognl");
    private static final Pattern UNSAFE_IN_LOG = Pattern.compile(
            "(?i)\\$\\{(body|bodyAs\\([^)]*\\)|bodyOneLine|prettyBody|in\\.body|headers|in\\.headers|messageHistory.*"
                    + "|exchange|variables|exchangeProperties|exception\\.stacktrace"
                    + "|[^}]*(authorization|token|secret|password|signature|cookie|apikey|email|phone|address|payload)"
                    + "[^}]*)}");

    private final RouteSet all;
    private final RouteTextConventions texts;

    RouteStepConventions(RouteSet all, RouteTextConventions texts) {
        this.all = all;
        this.texts = texts;
    }

    void route(Route route) {
        route.allSteps().forEach(step -> step(route, step));
        cleanCalls(route, route.steps(), false);
    }

    private void step(Route route, Step step) {
        if (!(step.value() instanceof Map)) {
            all.report(route, step, 1, "is written in shorthand; write its options out");
        }
        step.parameters().forEach((name, value) -> texts.literal(route, name, value));
        switch (step.name()) {
            case "to", "toD", "wireTap", "enrich", "pollEnrich", "poll" -> call(route, step);
            case "choice" -> choice(route, step);
            case "circuitBreaker" -> breaker(route, step);
            case "log" -> log(route, step);
            case "bean" -> bean(route, step);
            case "policy" -> policy(route, step);
            case "idempotentConsumer" -> idempotentConsumer(route, step);
            case "removeHeaders" -> removeHeaders(route, step);
            case "transacted" ->
                all.report(
                        route,
                        step,
                        7,
                        "commits half the work beside a dead letter; use policy: {ref: one-transaction}");
            case "process" -> all.report(route, step, 3, "hands an Exchange to Java; call a bean's method");
            case "onFallback", "when", "otherwise" -> all.report(route, step, 1, "stands outside its step");
            default -> {
                // nothing particular
            }
        }
        if (WITH_EXPRESSION.contains(step.name())) {
            expression(route, step, step.options());
        }
    }

    private void call(Route route, Step step) {
        if (step.description().isBlank()) {
            all.report(route, step, 2, "has no description");
        }
        if (step.uri().contains("?")) {
            all.report(route, step, 1, "has a query in its uri; write it as parameters");
        }
        if (step.uri().startsWith("direct:")) {
            direct(route, step);
        }
        switch (step.scheme()) {
            case "http", "https" -> http(route, step);
            case "sql" -> texts.statement(route, step.uri().substring("sql:".length()), step.parameters());
            case "log" -> all.report(route, step, 10, "writes the body to the log; use log: {message}");
            case "seda", "vm" -> all.report(route, step, 7, "loses what waits in memory; store it in a table");
            default -> {
                // other components have no rule of their own
            }
        }
    }

    private void direct(Route route, Step step) {
        String called = step.calledRoute();
        if (called == null) {
            if (!route.file().area().equals("webhooks")) {
                all.report(
                        route, step, 2, "chooses its route at run time; only webhooks does, for the registered events");
            }
            return;
        }
        Route target = all.get(called);
        if (target == null || !target.isDirect()) {
            all.report(route, step, 2, "calls direct:" + called + ", and no direct: route has this id");
            return;
        }
        if (!AreaTable.mayUse(route.file().area(), target.file().area())) {
            all.report(
                    route,
                    step,
                    12,
                    "reaches into '%s', which '%s' may not use (table of the house plan)"
                            .formatted(target.file().area(), route.file().area()));
        }
        if (target.configuration().equals("work")) {
            all.report(route, step, 4, "calls a work route; only the work loop hands events to it");
        }
    }

    private void choice(Route route, Step step) {
        if (step.description().isBlank()) {
            all.report(route, step, 2, "has no description; say what is decided");
        }
        if (step.options().get("when") instanceof List<?> branches) {
            for (Object branch : branches) {
                expression(route, step, RouteFile.map(branch));
            }
        }
    }

    private void breaker(Route route, Step step) {
        Map<String, Object> options = step.options();
        if (step.description().isBlank()) {
            all.report(route, step, 2, "has no description");
        }
        if (!options.containsKey("onFallback")) {
            all.report(route, step, 5, "has no onFallback: an open breaker would carry on with the old body");
        }
        boolean shared = options.containsKey("configuration")
                || RouteFile.map(options.get("resilience4jConfiguration")).containsKey("circuitBreaker");
        if (!shared) {
            all.report(
                    route,
                    step,
                    5,
                    "names no shared bean: resilience4jConfiguration: {circuitBreaker: <the link's CircuitBreaker>}");
        }
    }

    private void http(Route route, Step step) {
        Map<String, Object> parameters = step.parameters();
        if (!parameters.containsKey("httpClientConfigurer")) {
            all.report(route, step, 5, "has no httpClientConfigurer; the client would repeat 429 and 503 by itself");
        }
        for (String timeout : List.of("connecttimeout", "responsetimeout")) {
            if (parameters.keySet().stream()
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).endsWith(timeout))) {
                all.report(route, step, 5, "has no " + timeout + "; without one it waits up to three minutes");
            }
        }
    }

    private void log(Route route, Step step) {
        String message = RouteFile.text(step.options().get("message"));
        Matcher unsafe = UNSAFE_IN_LOG.matcher(message);
        if (message.isBlank()) {
            all.report(route, step, 1, "has no message; write log: {message: …}");
        } else if (unsafe.find()) {
            all.report(
                    route,
                    10,
                    "logs %s; only ids are logged, never headers, tokens, bodies, personal data"
                            .formatted(unsafe.group()));
        }
    }

    private void bean(Route route, Step step) {
        if (!step.options().containsKey("ref") || !step.options().containsKey("method")) {
            all.report(route, step, 3, "names no ref and method; the route says which method is called");
        }
    }

    private void idempotentConsumer(Route route, Step step) {
        if (!"false".equals(RouteFile.text(step.options().get("removeOnFailure")))) {
            all.report(route, step, 7, "needs removeOnFailure: false, or a handled failure removes the key");
        }
    }

    private void removeHeaders(Route route, Step step) {
        if ("*".equals(step.options().get("pattern")) && !removesAllHeaders(step)) {
            all.report(
                    route,
                    step,
                    6,
                    "needs excludePattern: 'CamelRedelivery.*', or a redelivered route never stops counting at one");
        }
    }

    private void expression(Route route, Step step, Map<String, Object> options) {
        options.keySet().stream()
                .filter(LANGUAGES::contains)
                .forEach(language ->
                        all.report(route, step, 1, "puts '" + language + "' without 'expression:' around it"));
        RouteFile.map(options.get("expression")).forEach((language, value) -> {
            if (!(value instanceof Map)) {
                all.report(route, step, 1, "writes '" + language + "' in shorthand; write expression: below it");
            }
            String text = RouteFile.text(RouteFile.map(value).get("expression"));
            if (text.contains("&&") || text.contains("||")) {
                all.report(route, step, 3, "combines conditions; more than one is a bean's decision");
            }
            if (CODE.contains(language)) {
                all.report(route, step, 3, "holds a program; that is Java's place");
            }
            boolean pace = Set.of("delay", "throttle", "loop").contains(step.name());
            if (pace && text.matches("[2-9]|\\d\\d+")) {
                all.report(route, step, 8, "has the literal " + text + "; use a {{placeholder}}");
            }
        });
        if (!options.containsKey("expression") && options.keySet().stream().noneMatch(LANGUAGES::contains)) {
            all.report(route, step, 1, "has no expression");
        }
    }
    // ---- transactions

    private void policy(Route route, Step step) {
        if (!"one-transaction".equals(step.options().get("ref"))) {
            all.report(route, step, 7, "has another ref than one-transaction");
        }
        if (!route.configuration().equals("step")) {
            all.report(
                    route,
                    step,
                    7,
                    "stands in a '%s' route; only in a step route does a failure roll it back and reach the caller"
                            .formatted(route.configuration()));
        }
        List<Step> inside =
                step.withNested().filter(nested -> !nested.equals(step)).toList();
        inside.forEach(nested -> insideTransaction(route, nested));
        Set<Route> below = new HashSet<>();
        inside.stream()
                .map(Step::calledRoute)
                .map(all::get)
                .filter(called -> called != null)
                .forEach(called -> all.collect(called, below));
        for (Route called : below) {
            if (!called.configuration().equals("step")) {
                all.report(
                        route,
                        step,
                        7,
                        "reaches %s, which is '%s'; below a transaction all routes are step routes"
                                .formatted(called.id(), called.configuration()));
            }
            called.allSteps().forEach(nested -> insideTransaction(called, nested));
        }
    }

    private void insideTransaction(Route route, Step step) {
        boolean parallel = "true".equals(RouteFile.text(step.options().get("parallelProcessing")))
                || step.options().containsKey("executorService");
        if (Set.of("threads", "wireTap").contains(step.name()) || parallel) {
            all.report(route, step, 7, "leaves the transaction's thread");
        }
        if (VENDOR_SCHEMES.contains(step.scheme())) {
            all.report(route, step, 7, "calls a vendor inside a transaction; prepare before, or send by the outbox");
        }
        if (step.uri().startsWith("direct:") && step.isDynamic()) {
            all.report(route, step, 7, "calls a route inside a transaction that cannot be known before");
        }
    }
    // ---- outbound calls

    /** @return whether the headers are clean after these steps */
    private boolean cleanCalls(Route route, List<Step> steps, boolean cleanBefore) {
        boolean clean = cleanBefore;
        for (Step step : steps) {
            if (removesAllHeaders(step)) {
                clean = true;
            } else if (CALLS.contains(step.name()) && VENDOR_SCHEMES.contains(step.scheme())) {
                if (!clean) {
                    all.report(
                            route,
                            step,
                            6,
                            "sends what came in: removeHeaders '*' (excludePattern CamelRedelivery.*) before it");
                }
                clean = false; // the answer's headers are in the message now
            } else {
                for (List<Step> branch : step.branches()) {
                    cleanCalls(route, branch, clean);
                }
            }
        }
        return clean;
    }

    static boolean removesAllHeaders(Step step) {
        return step.name().equals("removeHeaders")
                && "*".equals(step.options().get("pattern"))
                && "CamelRedelivery.*".equals(step.options().get("excludePattern"));
    }
}
