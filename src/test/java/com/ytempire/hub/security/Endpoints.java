package com.ytempire.hub.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.springframework.context.ApplicationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/** The endpoints of the running hub, and those of the table in {@code security/endpoints.txt}. */
final class Endpoints {

    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)(?::([^}]*))?}");
    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+(\\S+)\\s+(\\S+)(?:\\s+(.+))?");

    /**
     * A line of the table.
     *
     * @param body null when the table has none
     */
    record Endpoint(String method, String path, String who, String body) {

        String name() {
            return method + " " + path;
        }

        boolean isFor(String... groups) {
            return Arrays.asList(groups).contains(who);
        }

        boolean isOwn() {
            return isFor("own", "keeper", "session-own");
        }
    }

    private Endpoints() {}

    /** In the order of the table. */
    static List<Endpoint> table() {
        try (InputStream in = Endpoints.class.getResourceAsStream("/security/endpoints.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Endpoints::endpoint)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Endpoint endpoint(String line) {
        Matcher parts = LINE.matcher(line.strip());
        if (!parts.matches()) {
            throw new IllegalStateException(line);
        }
        return new Endpoint(parts.group(1), parts.group(2), parts.group(3), parts.group(4));
    }

    /** By name; the method that serves it, null for a route. */
    static Map<String, HandlerMethod> running(ApplicationContext hub) {
        Map<String, HandlerMethod> all = new TreeMap<>();
        for (RequestMappingInfoHandlerMapping mapping :
                hub.getBeansOfType(RequestMappingInfoHandlerMapping.class).values()) {
            mapping.getHandlerMethods().forEach((info, handler) -> names(info).forEach(name -> all.put(name, handler)));
        }
        for (org.apache.camel.Endpoint endpoint :
                hub.getBean(CamelContext.class).getEndpoints()) {
            if (endpoint instanceof PlatformHttpEndpoint http) {
                all.put(http.getHttpMethodRestrict() + " " + http.getPath(), null);
            }
        }
        return all;
    }

    private static List<String> names(RequestMappingInfo info) {
        List<String> methods =
                info.getMethodsCondition().getMethods().stream().map(Enum::name).toList();
        return info.getPathPatternsCondition().getPatternValues().stream()
                .flatMap(path -> spelledOut(path).stream())
                .flatMap(path ->
                        (methods.isEmpty() ? List.of("ANY") : methods).stream().map(method -> method + " " + path))
                .toList();
    }

    /** One path for each word a variable may be; other patterns of variables do not matter here. */
    private static List<String> spelledOut(String path) {
        Matcher variable = VARIABLE.matcher(path);
        while (variable.find()) {
            String pattern = variable.group(2);
            if (pattern != null && pattern.matches("[\\w|]+")) {
                String before = path.substring(0, variable.start());
                String after = path.substring(variable.end());
                return Arrays.stream(pattern.split("\\|"))
                        .flatMap(word -> spelledOut(before + word + after).stream())
                        .toList();
            }
        }
        return List.of(VARIABLE.matcher(path).replaceAll("{$1}"));
    }

    /** The path with ids of things there are not, each of the kind its method takes. */
    static String ofNothing(Endpoint endpoint, HandlerMethod handler) {
        return fill(endpoint.path(), name -> handler == null ? "none" : nothing(handler, name));
    }

    static String fill(String path, UnaryOperator<String> value) {
        return VARIABLE.matcher(path).replaceAll(variable -> Matcher.quoteReplacement(value.apply(variable.group(1))));
    }

    private static String nothing(HandlerMethod handler, String variable) {
        for (MethodParameter parameter : handler.getMethodParameters()) {
            parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
            if (parameter.hasParameterAnnotation(PathVariable.class) && variable.equals(parameter.getParameterName())) {
                Class<?> type = parameter.getParameterType();
                return type == UUID.class ? UUID.randomUUID().toString() : type == long.class ? "0" : "none";
            }
        }
        return "none";
    }

    /** What the method takes as its body; null when it takes none. */
    static Class<?> body(HandlerMethod handler) {
        if (handler == null) {
            return null;
        }
        for (MethodParameter parameter : handler.getMethodParameters()) {
            if (parameter.hasParameterAnnotation(RequestBody.class)) {
                return parameter.getParameterType();
            }
        }
        return null;
    }

    /** Words nobody but the hub itself may set, as a stranger would try them. */
    static final Set<String> PRIVILEGES = Set.of(
            "role",
            "is_operator",
            "operator",
            "user_id",
            "owner",
            "owner_id",
            "created_by",
            "credits",
            "balance",
            "status",
            "state",
            "verified",
            "email_verified_at",
            "approved",
            "decided_by",
            "plan_tier",
            "price",
            "total_cost",
            "quality_score");

    /** The fields of a body as they stand in JSON. */
    static Map<String, Class<?>> fields(Class<?> body) {
        Map<String, Class<?>> fields = new LinkedHashMap<>();
        if (body.isRecord()) {
            Arrays.stream(body.getRecordComponents())
                    .forEach(field -> fields.put(
                            field.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT), field.getType()));
        }
        return fields;
    }
}
