package com.ytempire.hub;

import com.ytempire.hub.RouteConventions.Surroundings;
import com.ytempire.hub.RouteConventions.Violation;
import com.ytempire.hub.RouteFile.Route;
import com.ytempire.hub.RouteFile.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All routes by their ids, templated ones written out, with what is around them, and what was found wrong with them. */
final class RouteSet {

    private final List<RouteFile> files;
    private final Surroundings surroundings;
    private final Map<String, Route> routes = new LinkedHashMap<>();
    private final List<Violation> violations = new ArrayList<>();

    RouteSet(List<RouteFile> files, Surroundings surroundings) {
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

    List<RouteFile> files() {
        return files;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Collection<Route> routes() {
        return routes.values();
    }

    /** Null when there is none of this id. */
    Route get(String id) {
        return routes.get(id);
    }

    List<Violation> violations() {
        return violations;
    }

    /** The route and all it reaches by fixed {@code direct:} calls. */
    Set<Route> closure(Route start) {
        Set<Route> reached = new HashSet<>();
        collect(start, reached);
        return reached;
    }

    /** The same, added to those already reached. */
    void collect(Route route, Set<Route> reached) {
        if (reached.add(route)) {
            route.calls().stream()
                    .map(routes::get)
                    .filter(called -> called != null)
                    .forEach(called -> collect(called, reached));
        }
    }

    void report(String file, String route, int rule, String what) {
        violations.add(new Violation(file, route, rule, what));
    }

    void report(Route route, int rule, String what) {
        report(route.file().path(), route.id(), rule, what);
    }

    void report(Route route, Step step, int rule, String what) {
        String where = step.description().isEmpty() ? step.uri() : step.description();
        report(route, rule, "%s '%s' %s".formatted(step.name(), where, what));
    }
}
