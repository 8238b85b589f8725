package com.ytempire.hub;

import com.ytempire.hub.RouteFile.Entry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes out the routes that are made of a template, so that they are judged like those that stand there. */
final class RouteTemplates {

    /** Told what is wrong with a templated route. */
    interface Report {
        void report(String file, String route, int rule, String what);
    }

    /** The file of those that every area may use. */
    static final String SHARED = "templates.camel.yaml";

    private final Map<String, Map<String, Object>> templates = new LinkedHashMap<>();
    private final Set<String> shared = new HashSet<>();
    private final Report report;

    RouteTemplates(List<RouteFile> files, Report report) {
        this.report = report;
        for (RouteFile file : files) {
            for (Entry entry : file.entries()) {
                if (entry.kind().equals("routeTemplate")) {
                    template(file, entry.body());
                }
            }
        }
    }

    private void template(RouteFile file, Map<String, Object> body) {
        String id = RouteFile.text(body.get("id"));
        templates.put(id, body);
        if (isShared(file)) {
            shared.add(id);
        } else if (!id.matches(file.area() + "(-[a-z0-9]+)+")) {
            report.report(file.path(), id, 2, "the template's id is %s-<what>, in lower case".formatted(file.area()));
        }
        if (!body.keySet().equals(Set.of("id", "parameters", "route"))) {
            report.report(file.path(), id, 1, "a template has id, parameters and route, and nothing else");
        }
        for (Map<String, Object> parameter : parameters(body)) {
            if (RouteFile.text(parameter.get("description")).isBlank()) {
                report.report(
                        file.path(),
                        id,
                        2,
                        "the parameter '" + parameter.get("name") + "' of the template has no description");
            }
        }
    }

    /** The file with each templated route as if it had been written there. */
    RouteFile writtenOut(RouteFile file) {
        List<Entry> entries = new ArrayList<>();
        for (Entry entry : file.entries()) {
            if (entry.kind().equals("templatedRoute")) {
                templated(file, entry.body(), entries);
            } else if (!entry.kind().equals("routeTemplate")) {
                entries.add(entry);
            }
        }
        return new RouteFile(file.path(), file.text(), entries);
    }

    private void templated(RouteFile file, Map<String, Object> body, List<Entry> entries) {
        String id = RouteFile.text(body.get("routeId"));
        String of = RouteFile.text(body.get("routeTemplateRef"));
        Map<String, Object> template = templates.get(of);
        if (template == null || !shared.contains(of) && !of.startsWith(file.area() + "-")) {
            report.report(file.path(), id, 2, "'" + of + "' is no template of this area, and none for all");
            return;
        }
        Map<String, String> values = new LinkedHashMap<>();
        parameters(body)
                .forEach(each -> values.put(RouteFile.text(each.get("name")), RouteFile.text(each.get("value"))));
        Set<String> names = new TreeSet<>();
        parameters(template).forEach(each -> names.add(RouteFile.text(each.get("name"))));
        if (!values.keySet().equals(names)) {
            report.report(
                    file.path(), id, 1, "has the parameters " + values.keySet() + ", its template needs " + names);
            return;
        }
        Map<String, Object> route = RouteFile.map(filled(template.get("route"), values));
        route.put("id", id);
        entries.add(new Entry("route", route));
    }

    static boolean isShared(RouteFile file) {
        return file.path().equals(SHARED);
    }

    private static List<Map<String, Object>> parameters(Map<String, Object> body) {
        return body.get("parameters") instanceof List<?> list
                ? list.stream().map(RouteFile::map).toList()
                : List.of();
    }

    private static Object filled(Object node, Map<String, String> values) {
        if (node instanceof List<?> list) {
            return list.stream().map(element -> filled(element, values)).toList();
        }
        if (node instanceof Map<?, ?>) {
            Map<String, Object> map = RouteFile.map(node);
            map.replaceAll((key, value) -> filled(value, values));
            return map;
        }
        String text = node instanceof String string ? string : null;
        if (text == null) {
            return node;
        }
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("{{" + value.getKey() + "}}", value.getValue());
        }
        return text;
    }
}
