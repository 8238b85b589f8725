package com.ytempire.hub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** One file of routes, read without Camel, so that what Camel would forgive is still seen. */
record RouteFile(String path, String text, List<Entry> entries) {

    /** One element of the file's list: {@code route}, {@code routeConfiguration}, or what does not belong there. */
    record Entry(String kind, Map<String, Object> body) {}

    static RouteFile parse(String path, String text) {
        Object content = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        List<Entry> entries = new ArrayList<>();
        for (Object element : content instanceof List<?> list ? list : List.of(content)) {
            map(element).forEach((kind, body) -> entries.add(new Entry(kind, map(body))));
        }
        return new RouteFile(path, text, entries);
    }

    /** The folder below {@code routes/}; empty for a file that lies in {@code routes/} itself. */
    String area() {
        int slash = path.indexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    List<Route> routes() {
        return entries.stream()
                .filter(entry -> entry.kind().equals("route"))
                .map(entry -> new Route(this, entry.body()))
                .toList();
    }

    /** A route as written. */
    record Route(RouteFile file, Map<String, Object> body) {

        String id() {
            return text(body.get("id"));
        }

        String configuration() {
            return text(body.get("routeConfigurationId"));
        }

        Map<String, Object> from() {
            return map(body.get("from"));
        }

        String fromUri() {
            return text(from().get("uri"));
        }

        boolean isDirect() {
            return fromUri().startsWith("direct:");
        }

        List<Step> steps() {
            return sequence(from());
        }

        /** Every step, those inside other steps included, in the order of the file. */
        Stream<Step> allSteps() {
            return steps().stream().flatMap(Step::withNested);
        }

        /** Every sequence of steps by the place where it stands. */
        Map<String, List<Step>> sequences() {
            Map<String, List<Step>> sequences = new LinkedHashMap<>();
            sequences.put("the route", steps());
            allSteps()
                    .forEach(step -> step.branches()
                            .forEach(branch -> sequences.put(
                                    "%s '%s', sequence %d".formatted(step.name(), step.description(), sequences.size()),
                                    branch)));
            return sequences;
        }

        /** The ids of the routes it calls by a fixed {@code direct:}. */
        List<String> calls() {
            return allSteps().map(Step::calledRoute).filter(Objects::nonNull).toList();
        }
    }

    /**
     * A step as written.
     *
     * @param value a map, or text where somebody used the shorthand
     */
    record Step(String name, Object value) {

        Map<String, Object> options() {
            return map(value);
        }

        String description() {
            return text(options().get("description"));
        }

        String uri() {
            return value instanceof String shorthand
                            && List.of("to", "toD", "wireTap").contains(name)
                    ? shorthand
                    : text(options().get("uri"));
        }

        Map<String, Object> parameters() {
            return map(options().get("parameters"));
        }

        /** {@code http} for {@code http:{{host}}}; empty for a step without a URI. */
        String scheme() {
            String uri = uri();
            int colon = uri.indexOf(':');
            return colon < 0 ? uri : uri.substring(0, colon);
        }

        boolean isDynamic() {
            return uri().contains("${");
        }

        String calledRoute() {
            return uri().startsWith("direct:") && !isDynamic() ? uri().substring("direct:".length()) : null;
        }

        /** The sequences inside: of a choice one for each branch, of a breaker its steps and its fallback. */
        List<List<Step>> branches() {
            List<List<Step>> branches = new ArrayList<>();
            collect(options(), branches);
            return branches;
        }

        private static void collect(Object node, List<List<Step>> branches) {
            if (node instanceof List<?> list) {
                list.forEach(element -> collect(element, branches));
            } else if (node instanceof Map<?, ?> map) {
                map.forEach((key, value) -> {
                    if (key.equals("steps")) {
                        branches.add(sequence(map(node)));
                    } else if (!key.equals("parameters")) {
                        collect(value, branches);
                    }
                });
            }
        }

        Stream<Step> withNested() {
            return Stream.concat(
                    Stream.of(this), branches().stream().flatMap(List::stream).flatMap(Step::withNested));
        }
    }

    private static List<Step> sequence(Map<String, Object> holder) {
        List<Step> steps = new ArrayList<>();
        if (holder.get("steps") instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof String shorthand) {
                    steps.add(new Step(shorthand, shorthand));
                }
                map(element).forEach((name, value) -> steps.add(new Step(name, value)));
            }
        }
        return steps;
    }

    /** The node as a map; empty when it is none. */
    static Map<String, Object> map(Object node) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (node instanceof Map<?, ?> entries) {
            entries.forEach((key, value) -> map.put(String.valueOf(key), value));
        }
        return map;
    }

    static String text(Object node) {
        return node == null ? "" : String.valueOf(node);
    }
}
