package com.ytempire.hub;

import com.ytempire.hub.RouteFile.Entry;
import com.ytempire.hub.RouteFile.Route;
import com.ytempire.hub.RouteFile.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The rules for routes, as far as they can be seen in the files. A route is judged by its text and by the routes it
 * reaches through {@code direct:}; what is decided at run time is not seen. A templated route is judged as its template
 * makes it.
 */
final class RouteConventions {

    /** The only file that may hold route configurations. */
    static final String ERROR_HANDLING = "error-handling.camel.yaml";

    private static final int MOST_STEPS = 7;
    private static final Set<String> CONFIGURATIONS = Set.of("entry", "work", "job", "link", "step");
    private static final Set<String> VENDOR_SCHEMES = Set.of("http", "https", "stripe", "google-youtube");
    private static final Set<String> JOB_SCHEMES = Set.of("quartz", "timer", "scheduler", "sql");
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
    private static final Set<String> SWALLOWS =
            Set.of("timeoutEnabled", "ignoreException", "ignoreExceptions", "recordException", "recordExceptions");
    private static final Pattern IN_MEMORY_REPOSITORY =
            Pattern.compile("(?i)MemoryIdempotent|JdbcMessageIdRepository|FileIdempotent");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final Pattern LITERAL_HOST = Pattern.compile("(?i)\\bhttps?:(//)?(?!\\{\\{|\\$\\{|//)[a-z0-9.-]+");
    private static final Pattern SECRET_OPTION =
            Pattern.compile("(?i).*(password|secret|apikey|accesskey|bearertoken|accesstoken).*");
    private static final Pattern COUNT_OPTION = Pattern.compile(
            "(?i)(.*[.])?(cron|schedule|.*(interval|delay|period|timeout|count|size|limit|port|rate|consumers"
                    + "|attempts|retries|redeliveries|threshold|zone|maxmessagesperpoll|batch))");
    private static final Pattern VALUE_IN_SQL = Pattern.compile("(?<!:#)\\$\\{");
    private static final Pattern SQL_PARAMETER = Pattern.compile(":#(in:)?(\\w|\\$\\{)");
    private static final Pattern UNSAFE_IN_LOG = Pattern.compile(
            "(?i)\\$\\{(body|bodyAs\\([^)]*\\)|bodyOneLine|prettyBody|in\\.body|headers|in\\.headers|messageHistory.*"
                    + "|exchange|variables|exchangeProperties|exception\\.stacktrace"
                    + "|[^}]*(authorization|token|secret|password|signature|cookie|apikey|email|phone|address|payload)"
                    + "[^}]*)}");

    /** What a route may refer to. */
    interface Surroundings {
        Set<String> configurationIds();

        CommentedSettings settings();

        JavaCalls java();

        /** @return the statement behind {@code classpath:<path>}, null when there is none */
        String resource(String path);
    }

    /** @param rule the number of the rule in the house plan */
    record Violation(String file, String route, int rule, String what) {
        @Override
        public String toString() {
            return "routes/%s%s: rule %d: %s".formatted(file, route.isEmpty() ? "" : ", route " + route, rule, what);
        }
    }

    private final List<RouteFile> files;
    private final Surroundings surroundings;
    private final Map<String, Route> routes = new LinkedHashMap<>();
    private final List<Violation> violations = new ArrayList<>();

    private RouteConventions(List<RouteFile> files, Surroundings surroundings) {
        RouteTemplates templates = new RouteTemplates(files, this::report);
        this.files = files.stream().map(templates::writtenOut).toList();
        this.surroundings = surroundings;
        for (RouteFile file : this.files) {
            for (Route route : file.routes()) {
                if (routes.putIfAbsent(route.id(), route) != null) {
                    report(route, 2, "another route has the same id; an id names one route of the whole hub");
                }
            }
        }
    }

    /** Everything in these files that a rule refuses. */
    static List<Violation> violations(List<RouteFile> files, Surroundings surroundings) {
        RouteConventions conventions = new RouteConventions(files, surroundings);
        conventions.check();
        return conventions.violations;
    }

    private void check() {
        for (RouteFile file : files) {
            if (file.path().equals(ERROR_HANDLING)) {
                errorHandling(file);
            } else {
                flowFile(file);
            }
        }
        JavaCalls java = surroundings.java();
        java.entered().stream()
                .filter(id -> !routes.containsKey(id))
                .forEach(id -> report("", "", 2, "Java calls direct:" + id + ", and no route has this id"));
        java.registered().stream()
                .filter(id -> !routes.containsKey(id) || !routes.get(id).isDirect())
                .forEach(id -> report(
                        "", "", 2, "an EventHandler is registered for '" + id + "', and no direct: route has this id"));
    }

    private void report(String file, String route, int rule, String what) {
        violations.add(new Violation(file, route, rule, what));
    }

    private void report(Route route, int rule, String what) {
        report(route.file().path(), route.id(), rule, what);
    }

    private void report(Route route, Step step, int rule, String what) {
        String where = step.description().isEmpty() ? step.uri() : step.description();
        report(route, rule, "%s '%s' %s".formatted(step.name(), where, what));
    }

    // ---- files

    private void errorHandling(RouteFile file) {
        for (Entry entry : file.entries()) {
            if (!entry.kind().equals("routeConfiguration")) {
                report(file.path(), "", 4, "'" + entry.kind() + "' stands here; move it into its area's folder");
            } else if (!CONFIGURATIONS.contains(RouteFile.text(entry.body().get("id")))) {
                report(file.path(), "", 4, "a configuration is none of " + CONFIGURATIONS + ": " + entry.body());
            }
        }
    }

    private void flowFile(RouteFile file) {
        String area = file.area();
        if (!AreaTable.isArea(area)) {
            report(file.path(), "", 1, "lies in no area's folder; the areas are " + AreaTable.areas());
        }
        if (!file.name().matches(Pattern.quote(area) + "(-[a-z0-9]+)+\\.camel\\.yaml")) {
            report(file.path(), "", 1, "the file is called %s-<flow>.camel.yaml, in lower case".formatted(area));
        }
        for (Entry entry : file.entries()) {
            if (entry.kind().equals("routeConfiguration")) {
                report(file.path(), "", 4, "route configurations stand in " + ERROR_HANDLING + " alone");
            } else if (!entry.kind().equals("route")) {
                report(file.path(), "", 1, "'" + entry.kind() + "' is not 'route:'; write every flow as one");
            }
        }
        commentsAtTheTop(file);
        oneFlow(file);
        file.routes().forEach(this::route);
    }

    private void commentsAtTheTop(RouteFile file) {
        boolean begun = false;
        for (String line : file.text().lines().toList()) {
            if (line.startsWith("-")) {
                begun = true;
            } else if (begun && line.strip().startsWith("# ")) {
                report(
                        file.path(),
                        "",
                        2,
                        "'" + line.strip() + "': visual editors drop comments; put it into a description or note");
            }
        }
    }

    /** The routes of a file hang together: each calls another one or is called by it. */
    private void oneFlow(RouteFile file) {
        List<Route> inFile = file.routes();
        if (inFile.isEmpty()) {
            return;
        }
        Set<String> reached = new HashSet<>(Set.of(inFile.get(0).id()));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Route route : inFile) {
                Set<String> neighbours = new HashSet<>(route.calls());
                if (route.configuration().equals("work")) {
                    neighbours.add("webhooks-work-failed"); // by the dead-letter channel
                }
                boolean touches =
                        reached.contains(route.id()) || neighbours.stream().anyMatch(reached::contains);
                if (touches) {
                    neighbours.add(route.id());
                    grown |= reached.addAll(neighbours);
                }
            }
        }
        inFile.stream()
                .filter(route -> !reached.contains(route.id()))
                .forEach(route -> report(
                        route,
                        1,
                        "has nothing to do with %s above it; one flow a file: give it a file of its own"
                                .formatted(inFile.get(0).id())));
    }

    // ---- routes

    private void route(Route route) {
        String id = route.id();
        if (!id.matches(Pattern.quote(route.file().area()) + "(-[a-z0-9]+)+")) {
            report(
                    route,
                    2,
                    "the id is %s-<action>[-<qualifier>], in lower case"
                            .formatted(route.file().area()));
        }
        if (RouteFile.text(route.body().get("description")).isBlank()) {
            report(route, 2, "has no description; say in one sentence what it is for");
        }
        for (String refused : List.of("errorHandler", "onException", "onCompletion", "intercept", "interceptFrom")) {
            if (route.body().containsKey(refused)) {
                report(route, 4, "'" + refused + "' belongs to the configurations in " + ERROR_HANDLING);
            }
        }
        route.sequences().forEach((where, steps) -> {
            if (steps.size() > MOST_STEPS) {
                report(
                        route,
                        3,
                        "%s has %d steps, at most %d are allowed; make a sub-route or a bean of some"
                                .formatted(where, steps.size(), MOST_STEPS));
            }
        });
        from(route);
        configuration(route);
        keys(route, route.body());
        texts(route, route.body());
        route.allSteps().forEach(step -> step(route, step));
        cleanCalls(route, route.steps(), false);
    }

    private void from(Route route) {
        String uri = route.fromUri();
        if (uri.contains("?")) {
            report(route, 1, "from '" + uri + "' has a query; write it as parameters");
        }
        Map<String, Object> parameters = RouteFile.map(route.from().get("parameters"));
        parameters.forEach((name, value) -> literal(route, name, value));
        if (route.isDirect()) {
            if (!uri.equals("direct:" + route.id())) {
                report(route, 2, "listens on '" + uri + "'; a direct: bears the id of its route");
            }
            if (!isReached(route)) {
                report(route, 2, "nobody calls it: no route, no EventHandler and no literal in Java");
            }
        }
        if (uri.startsWith("platform-http:")) {
            if (!"true".equals(RouteFile.text(parameters.get("useStreaming")))
                    || !"false".equals(RouteFile.text(parameters.get("populateBodyWithForm")))) {
                report(
                        route,
                        12,
                        "set useStreaming: true and populateBodyWithForm: false, or the bytes read are not those sent");
            }
            if (!parameters.containsKey("httpMethodRestrict")) {
                report(route, 12, "set httpMethodRestrict, so that other methods are answered 405");
            }
        }
        if (parameters.containsKey("cron") && !parameters.containsKey("trigger.timeZone")) {
            report(route, 9, "a dated job carries its zone: set trigger.timeZone");
        }
        if (uri.startsWith("sql:")) {
            statement(route, uri.substring("sql:".length()), parameters);
        }
    }

    private boolean isReached(Route route) {
        return routes.values().stream().anyMatch(caller -> caller.calls().contains(route.id()))
                || surroundings.java().reach(route.id())
                || route.id().equals("webhooks-work-failed");
    }

    private void configuration(Route route) {
        String configuration = route.configuration();
        String scheme = route.fromUri().replaceFirst(":.*", "");
        if (configuration.isEmpty()) {
            report(route, 4, "names no routeConfigurationId; there is no default");
            return;
        }
        if (!surroundings.configurationIds().contains(configuration)) {
            report(route, 4, "'" + configuration + "' is no configuration of " + ERROR_HANDLING);
            return;
        }
        Set<String> fitting = switch (scheme) {
            case "platform-http" -> Set.of("entry");
            case "direct" -> Set.of("work", "link", "step");
            default -> JOB_SCHEMES.contains(scheme) ? Set.of("job") : Set.of();
        };
        if (fitting.isEmpty()) {
            report(
                    route,
                    4,
                    "begins at '" + scheme + ":'; a flow begins at platform-http (entry), a schedule (job) or direct");
        } else if (!fitting.contains(configuration)) {
            report(
                    route,
                    4,
                    "begins at %s: and is '%s'; it must be one of %s".formatted(scheme, configuration, fitting));
        }
        if (configuration.equals("entry") && closure(route).stream().noneMatch(this::removesAllHeaders)) {
            report(
                    route,
                    6,
                    "answers with the request's headers; removeHeaders '*' (excludePattern CamelRedelivery.*) first");
        }
    }

    /** The route and all it reaches by fixed {@code direct:} calls. */
    private Set<Route> closure(Route start) {
        Set<Route> reached = new HashSet<>();
        collect(start, reached);
        return reached;
    }

    private void collect(Route route, Set<Route> reached) {
        if (reached.add(route)) {
            route.calls().stream()
                    .map(routes::get)
                    .filter(called -> called != null)
                    .forEach(called -> collect(called, reached));
        }
    }

    private boolean removesAllHeaders(Route route) {
        return route.allSteps().anyMatch(RouteConventions::removesAllHeaders);
    }

    private static boolean removesAllHeaders(Step step) {
        return step.name().equals("removeHeaders")
                && "*".equals(step.options().get("pattern"))
                && "CamelRedelivery.*".equals(step.options().get("excludePattern"));
    }

    // ---- what stands anywhere

    private void keys(Route route, Object node) {
        if (node instanceof List<?> list) {
            list.forEach(element -> keys(route, element));
        }
        RouteFile.map(node).forEach((key, value) -> {
            if (key.contains("-") && !key.startsWith("trigger.") && !key.startsWith("job.")) {
                report(route, 1, "'" + key + "' is not camelCase");
            }
            if (SWALLOWS.contains(key)) {
                report(
                        route,
                        5,
                        "'%s' swallows failures or races the fallback; configure the link's CircuitBreaker bean"
                                .formatted(key));
            }
            keys(route, value);
        });
    }

    private void texts(Route route, Object node) {
        if (node instanceof List<?> list) {
            list.forEach(element -> texts(route, element));
        } else if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (!key.equals("description") && !key.equals("note")) {
                    texts(route, value);
                }
            });
        } else if (node instanceof String text) {
            placeholders(route, text);
            if (IN_MEMORY_REPOSITORY.matcher(text).find()) {
                report(route, 7, "'" + text + "': idempotency is a unique key in PostgreSQL, claimed by one insert");
            }
            if (LITERAL_HOST.matcher(text).find()) {
                report(route, 8, "'" + text + "' names a host; use a {{placeholder}}");
            }
        }
    }

    private void placeholders(Route route, String text) {
        Matcher placeholder = PLACEHOLDER.matcher(text);
        while (placeholder.find()) {
            String key = placeholder.group(1).replaceFirst("^[?!]", "");
            if (key.contains(":")) {
                report(route, 8, "{{" + key + "}} carries its default; the default stands in application.yml");
            } else if (!surroundings.settings().has(key)) {
                report(route, 8, "{{" + key + "}} is not in application.yml");
            } else if (!surroundings.settings().explains(key)) {
                report(route, 8, "{{" + key + "}} has no comment in application.yml; give its reason in one line");
            }
        }
    }

    private void literal(Route route, String name, Object value) {
        String text = RouteFile.text(value);
        boolean given = text.contains("{{") || text.contains("${") || text.startsWith("#");
        if (given || name.equals("parametersCount")) {
            return;
        }
        if (SECRET_OPTION.matcher(name).matches()) {
            report(route, 8, "'" + name + "' holds a secret; use a {{placeholder}}");
        }
        boolean amount = !text.matches("-1|0|1|true|false");
        if (COUNT_OPTION.matcher(name).matches() && amount) {
            report(route, 8, "'" + name + ": " + text + "' is a literal; use a {{placeholder}}");
        }
    }

    // ---- steps

    private void step(Route route, Step step) {
        if (!(step.value() instanceof Map)) {
            report(route, step, 1, "is written in shorthand; write its options out");
        }
        step.parameters().forEach((name, value) -> literal(route, name, value));
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
                report(
                        route,
                        step,
                        7,
                        "commits half the work beside a dead letter; use policy: {ref: one-transaction}");
            case "process" -> report(route, step, 3, "hands an Exchange to Java; call a bean's method");
            case "onFallback", "when", "otherwise" -> report(route, step, 1, "stands outside its step");
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
            report(route, step, 2, "has no description");
        }
        if (step.uri().contains("?")) {
            report(route, step, 1, "has a query in its uri; write it as parameters");
        }
        if (step.uri().startsWith("direct:")) {
            direct(route, step);
        }
        switch (step.scheme()) {
            case "http", "https" -> http(route, step);
            case "sql" -> statement(route, step.uri().substring("sql:".length()), step.parameters());
            case "log" -> report(route, step, 10, "writes the body to the log; use log: {message}");
            case "seda", "vm" -> report(route, step, 7, "loses what waits in memory; store it in a table");
            default -> {
                // other components have no rule of their own
            }
        }
    }

    private void direct(Route route, Step step) {
        String called = step.calledRoute();
        if (called == null) {
            if (!route.file().area().equals("webhooks")) {
                report(route, step, 2, "chooses its route at run time; only webhooks does, for the registered events");
            }
            return;
        }
        Route target = routes.get(called);
        if (target == null || !target.isDirect()) {
            report(route, step, 2, "calls direct:" + called + ", and no direct: route has this id");
            return;
        }
        if (!AreaTable.mayUse(route.file().area(), target.file().area())) {
            report(
                    route,
                    step,
                    12,
                    "reaches into '%s', which '%s' may not use (table of the house plan)"
                            .formatted(target.file().area(), route.file().area()));
        }
        if (target.configuration().equals("work")) {
            report(route, step, 4, "calls a work route; only the work loop hands events to it");
        }
    }

    private void choice(Route route, Step step) {
        if (step.description().isBlank()) {
            report(route, step, 2, "has no description; say what is decided");
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
            report(route, step, 2, "has no description");
        }
        if (!options.containsKey("onFallback")) {
            report(route, step, 5, "has no onFallback: an open breaker would carry on with the old body");
        }
        boolean shared = options.containsKey("configuration")
                || RouteFile.map(options.get("resilience4jConfiguration")).containsKey("circuitBreaker");
        if (!shared) {
            report(
                    route,
                    step,
                    5,
                    "names no shared bean: resilience4jConfiguration: {circuitBreaker: <the link's CircuitBreaker>}");
        }
    }

    private void http(Route route, Step step) {
        Map<String, Object> parameters = step.parameters();
        if (!parameters.containsKey("httpClientConfigurer")) {
            report(route, step, 5, "has no httpClientConfigurer; the client would repeat 429 and 503 by itself");
        }
        for (String timeout : List.of("connecttimeout", "responsetimeout")) {
            if (parameters.keySet().stream()
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).endsWith(timeout))) {
                report(route, step, 5, "has no " + timeout + "; without one it waits up to three minutes");
            }
        }
    }

    private void log(Route route, Step step) {
        String message = RouteFile.text(step.options().get("message"));
        Matcher unsafe = UNSAFE_IN_LOG.matcher(message);
        if (message.isBlank()) {
            report(route, step, 1, "has no message; write log: {message: …}");
        } else if (unsafe.find()) {
            report(
                    route,
                    10,
                    "logs %s; only ids are logged, never headers, tokens, bodies, personal data"
                            .formatted(unsafe.group()));
        }
    }

    private void bean(Route route, Step step) {
        if (!step.options().containsKey("ref") || !step.options().containsKey("method")) {
            report(route, step, 3, "names no ref and method; the route says which method is called");
        }
    }

    private void idempotentConsumer(Route route, Step step) {
        if (!"false".equals(RouteFile.text(step.options().get("removeOnFailure")))) {
            report(route, step, 7, "needs removeOnFailure: false, or a handled failure removes the key");
        }
    }

    private void removeHeaders(Route route, Step step) {
        if ("*".equals(step.options().get("pattern")) && !removesAllHeaders(step)) {
            report(
                    route,
                    step,
                    6,
                    "needs excludePattern: 'CamelRedelivery.*', or a redelivered route never stops counting at one");
        }
    }

    private void expression(Route route, Step step, Map<String, Object> options) {
        options.keySet().stream()
                .filter(LANGUAGES::contains)
                .forEach(language -> report(route, step, 1, "puts '" + language + "' without 'expression:' around it"));
        RouteFile.map(options.get("expression")).forEach((language, value) -> {
            if (!(value instanceof Map)) {
                report(route, step, 1, "writes '" + language + "' in shorthand; write expression: below it");
            }
            String text = RouteFile.text(RouteFile.map(value).get("expression"));
            if (text.contains("&&") || text.contains("||")) {
                report(route, step, 3, "combines conditions; more than one is a bean's decision");
            }
            if (CODE.contains(language)) {
                report(route, step, 3, "holds a program; that is Java's place");
            }
            boolean pace = Set.of("delay", "throttle", "loop").contains(step.name());
            if (pace && text.matches("[2-9]|\\d\\d+")) {
                report(route, step, 8, "has the literal " + text + "; use a {{placeholder}}");
            }
        });
        if (!options.containsKey("expression") && options.keySet().stream().noneMatch(LANGUAGES::contains)) {
            report(route, step, 1, "has no expression");
        }
    }

    // ---- transactions

    private void policy(Route route, Step step) {
        if (!"one-transaction".equals(step.options().get("ref"))) {
            report(route, step, 7, "has another ref than one-transaction");
        }
        if (!route.configuration().equals("step")) {
            report(
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
                .map(routes::get)
                .filter(called -> called != null)
                .forEach(called -> collect(called, below));
        for (Route called : below) {
            if (!called.configuration().equals("step")) {
                report(
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
            report(route, step, 7, "leaves the transaction's thread");
        }
        if (VENDOR_SCHEMES.contains(step.scheme())) {
            report(route, step, 7, "calls a vendor inside a transaction; prepare before, or send by the outbox");
        }
        if (step.uri().startsWith("direct:") && step.isDynamic()) {
            report(route, step, 7, "calls a route inside a transaction that cannot be known before");
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
                    report(
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

    // ---- SQL

    private void statement(Route route, String query, Map<String, Object> parameters) {
        String sql = query;
        if (query.startsWith("classpath:")) {
            String path = query.substring("classpath:".length());
            sql = surroundings.resource(path);
            if (sql == null) {
                report(route, 8, "there is no src/main/resources/" + path);
                return;
            }
            if (!path.startsWith("sql/" + route.file().area() + "/")) {
                report(
                        route,
                        8,
                        path + " lies in another area's folder; it must be in sql/"
                                + route.file().area());
            }
        }
        if (VALUE_IN_SQL.matcher(sql).find()) {
            report(route, 8, "'" + firstLine(sql) + "' puts a value into the statement; use a :# parameter");
        }
        if (SQL_PARAMETER.matcher(sql).find() && !parameters.containsKey("parametersCount")) {
            report(
                    route,
                    8,
                    "'" + firstLine(sql) + "' needs parametersCount, or each call asks the server for it first");
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    /** For messages: one violation a line. */
    static String list(List<Violation> violations) {
        return violations.stream().map(Violation::toString).collect(Collectors.joining("\n  ", "\n  ", "\n"));
    }
}
