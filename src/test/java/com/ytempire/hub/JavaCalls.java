package com.ytempire.hub;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Java source says about routes: which it enters by {@code direct:}, and which it registers as the flow of an
 * event. Only whole string literals count; an id put together at run time is not seen.
 *
 * @param literals every string literal
 * @param entered the ids behind {@code "direct:…"}
 * @param registered the ids given to {@code new EventHandler(…)}
 */
record JavaCalls(Set<String> literals, Set<String> entered, Set<String> registered) {

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
    private static final Pattern HANDLER = Pattern.compile("new EventHandler\\(([^;]*?)\"([a-z0-9-]+)\"\\s*\\)");

    static JavaCalls in(Iterable<String> sources) {
        Set<String> literals = new TreeSet<>();
        Set<String> entered = new TreeSet<>();
        Set<String> registered = new TreeSet<>();
        for (String source : sources) {
            Matcher literal = LITERAL.matcher(source);
            while (literal.find()) {
                literals.add(literal.group(1));
                if (literal.group(1).matches("direct:[a-z0-9-]+[a-z0-9]")) {
                    entered.add(literal.group(1).substring("direct:".length()));
                }
            }
            Matcher handler = HANDLER.matcher(source);
            while (handler.find()) {
                registered.add(handler.group(2));
            }
        }
        return new JavaCalls(literals, entered, registered);
    }

    boolean reach(String routeId) {
        return literals.contains(routeId) || literals.contains("direct:" + routeId);
    }
}
