package com.ytempire.hub;

import com.ytempire.hub.RouteFile.Entry;
import com.ytempire.hub.RouteFile.Route;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private static final Set<String> JOB_SCHEMES = Set.of("quartz", "timer", "scheduler", "sql");

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

    private final RouteSet all;
    private final RouteTextConventions texts;
    private final RouteStepConventions steps;

    private RouteConventions(RouteSet all) {
        this.all = all;
        this.texts = new RouteTextConventions(all);
        this.steps = new RouteStepConventions(all, texts);
    }

    /** Everything in these files that a rule refuses. */
    static List<Violation> violations(List<RouteFile> files, Surroundings surroundings) {
        RouteSet all = new RouteSet(files, surroundings);
        new RouteConventions(all).check();
        return all.violations();
    }

    private void check() {
        for (RouteFile file : all.files()) {
            if (file.path().equals(ERROR_HANDLING)) {
                errorHandling(file);
            } else if (RouteTemplates.isShared(file)) {
                templates(file);
            } else {
                flowFile(file);
            }
        }
        JavaCalls java = all.surroundings().java();
        java.entered().stream()
                .filter(id -> all.get(id) == null)
                .forEach(id -> all.report("", "", 2, "Java calls direct:" + id + ", and no route has this id"));
        java.registered().stream()
                .filter(id -> all.get(id) == null || !all.get(id).isDirect())
                .forEach(id -> all.report(
                        "", "", 2, "an EventHandler is registered for '" + id + "', and no direct: route has this id"));
    }

    // ---- files

    private void errorHandling(RouteFile file) {
        for (Entry entry : file.entries()) {
            if (!entry.kind().equals("routeConfiguration")) {
                all.report(file.path(), "", 4, "'" + entry.kind() + "' stands here; move it into its area's folder");
            } else if (!CONFIGURATIONS.contains(RouteFile.text(entry.body().get("id")))) {
                all.report(file.path(), "", 4, "a configuration is none of " + CONFIGURATIONS + ": " + entry.body());
            }
        }
    }

    private void templates(RouteFile file) {
        file.entries()
                .forEach(entry -> all.report(
                        file.path(), "", 1, "'" + entry.kind() + "' stands here; only templates for all areas do"));
        commentsAtTheTop(file);
    }

    private void flowFile(RouteFile file) {
        String area = file.area();
        if (!AreaTable.isArea(area)) {
            all.report(file.path(), "", 1, "lies in no area's folder; the areas are " + AreaTable.areas());
        }
        if (!file.name().matches(Pattern.quote(area) + "(-[a-z0-9]+)+\\.camel\\.yaml")) {
            all.report(file.path(), "", 1, "the file is called %s-<flow>.camel.yaml, in lower case".formatted(area));
        }
        for (Entry entry : file.entries()) {
            if (entry.kind().equals("routeConfiguration")) {
                all.report(file.path(), "", 4, "route configurations stand in " + ERROR_HANDLING + " alone");
            } else if (!entry.kind().equals("route")) {
                all.report(file.path(), "", 1, "'" + entry.kind() + "' is not 'route:'; write every flow as one");
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
                all.report(
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
                .forEach(route -> all.report(
                        route,
                        1,
                        "has nothing to do with %s above it; one flow a file: give it a file of its own"
                                .formatted(inFile.get(0).id())));
    }
    // ---- routes

    private void route(Route route) {
        String id = route.id();
        if (!id.matches(Pattern.quote(route.file().area()) + "(-[a-z0-9]+)+")) {
            all.report(
                    route,
                    2,
                    "the id is %s-<action>[-<qualifier>], in lower case"
                            .formatted(route.file().area()));
        }
        if (RouteFile.text(route.body().get("description")).isBlank()) {
            all.report(route, 2, "has no description; say in one sentence what it is for");
        }
        for (String refused : List.of("errorHandler", "onException", "onCompletion", "intercept", "interceptFrom")) {
            if (route.body().containsKey(refused)) {
                all.report(route, 4, "'" + refused + "' belongs to the configurations in " + ERROR_HANDLING);
            }
        }
        route.sequences().forEach((where, sequence) -> {
            if (sequence.size() > MOST_STEPS) {
                all.report(
                        route,
                        3,
                        "%s has %d steps, at most %d are allowed; make a sub-route or a bean of some"
                                .formatted(where, sequence.size(), MOST_STEPS));
            }
        });
        from(route);
        configuration(route);
        texts.route(route);
        steps.route(route);
    }

    private void from(Route route) {
        String uri = route.fromUri();
        if (uri.contains("?")) {
            all.report(route, 1, "from '" + uri + "' has a query; write it as parameters");
        }
        Map<String, Object> parameters = RouteFile.map(route.from().get("parameters"));
        parameters.forEach((name, value) -> texts.literal(route, name, value));
        if (route.isDirect()) {
            if (!uri.equals("direct:" + route.id())) {
                all.report(route, 2, "listens on '" + uri + "'; a direct: bears the id of its route");
            }
            if (!isReached(route)) {
                all.report(route, 2, "nobody calls it: no route, no EventHandler and no literal in Java");
            }
        }
        if (uri.startsWith("platform-http:")) {
            if (!"true".equals(RouteFile.text(parameters.get("useStreaming")))
                    || !"false".equals(RouteFile.text(parameters.get("populateBodyWithForm")))) {
                all.report(
                        route,
                        12,
                        "set useStreaming: true and populateBodyWithForm: false, or the bytes read are not those sent");
            }
            if (!parameters.containsKey("httpMethodRestrict")) {
                all.report(route, 12, "set httpMethodRestrict, so that other methods are answered 405");
            }
        }
        if (parameters.containsKey("cron") && !parameters.containsKey("trigger.timeZone")) {
            all.report(route, 9, "a dated job carries its zone: set trigger.timeZone");
        }
        if (uri.startsWith("sql:")) {
            texts.statement(route, uri.substring("sql:".length()), parameters);
        }
    }

    private boolean isReached(Route route) {
        return all.routes().stream().anyMatch(caller -> caller.calls().contains(route.id()))
                || all.surroundings().java().reach(route.id())
                || route.id().equals("webhooks-work-failed");
    }

    private void configuration(Route route) {
        String configuration = route.configuration();
        String scheme = route.fromUri().replaceFirst(":.*", "");
        if (configuration.isEmpty()) {
            all.report(route, 4, "names no routeConfigurationId; there is no default");
            return;
        }
        if (!all.surroundings().configurationIds().contains(configuration)) {
            all.report(route, 4, "'" + configuration + "' is no configuration of " + ERROR_HANDLING);
            return;
        }
        Set<String> fitting = switch (scheme) {
            case "platform-http" -> Set.of("entry");
            case "direct" -> Set.of("work", "link", "step");
            default -> JOB_SCHEMES.contains(scheme) ? Set.of("job") : Set.of();
        };
        if (fitting.isEmpty()) {
            all.report(
                    route,
                    4,
                    "begins at '" + scheme + ":'; a flow begins at platform-http (entry), a schedule (job) or direct");
        } else if (!fitting.contains(configuration)) {
            all.report(
                    route,
                    4,
                    "begins at %s: and is '%s'; it must be one of %s".formatted(scheme, configuration, fitting));
        }
        if (configuration.equals("entry") && all.closure(route).stream().noneMatch(this::removesAllHeaders)) {
            all.report(
                    route,
                    6,
                    "answers with the request's headers; removeHeaders '*' (excludePattern CamelRedelivery.*) first");
        }
    }

    private boolean removesAllHeaders(Route route) {
        return route.allSteps().anyMatch(RouteStepConventions::removesAllHeaders);
    }
    /** For messages: one violation a line. */
    static String list(List<Violation> violations) {
        return violations.stream().map(Violation::toString).collect(Collectors.joining("\n  ", "\n  ", "\n"));
    }
}
