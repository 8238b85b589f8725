package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.IntakeBenchmark.print;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The lines of a hub's log that warn, each with its reason: what the failing vendors of a soak bring about. */
final class SoakLog {

    private static final Pattern WARNS = Pattern.compile("^\\S+ +(WARN|ERROR) .*");

    /** What a line says, and why it is there. */
    private static final Map<Pattern, String> REASONS = new LinkedHashMap<>();

    static {
        REASONS.put(Pattern.compile("is left alone after several failures"), "a vendor was away: its breaker opened");
    }

    private final Path log;

    SoakLog(Path log) {
        this.log = log;
    }

    /** @return lines nobody expects */
    List<String> unexplained() throws IOException {
        Map<String, Integer> explained = new TreeMap<>();
        List<String> unexplained = new ArrayList<>();
        try (var lines = Files.lines(log)) {
            lines.filter(line -> WARNS.matcher(line).matches())
                    .forEach(line -> REASONS.entrySet().stream()
                            .filter(reason -> reason.getKey().matcher(line).find())
                            .findFirst()
                            .ifPresentOrElse(
                                    reason -> explained.merge(reason.getValue(), 1, Integer::sum),
                                    () -> unexplained.add("log: " + line)));
        }
        explained.forEach((reason, times) -> print("  log        %5d × %s", times, reason));
        return unexplained;
    }
}
