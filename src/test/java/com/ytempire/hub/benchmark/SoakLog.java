package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a hub's log warns of, each with its reason: what the failing vendors of a soak bring about, and nothing else. */
final class SoakLog {

    private static final int LINES_OF_ONE = 80;
    private static final Pattern LINE = Pattern.compile("^\\d{4}-\\d\\d-\\d\\dT\\S+ +(\\w+) .*");

    /** What is said, and why. A failure is told with its trace, in which its cause is looked for. */
    private static final Map<Pattern, String> REASONS = new LinkedHashMap<>();

    static {
        because("a vendor failed again and again: its breaker opened", "is left alone after several failures");
        because("a vendor failed: people are told", "alert for operators: .* calls of \\w+ failed in the last");
        because("a vendor did not answer: people are told", "alert for operators: .* is not well");
        because("a purchase's effects came before the object they need, and followed", "is settled, but what follows");
        because("a vendor told the hub to come later", "waits until \\S+: HTTP 429");
        because("a part of an upload failed, and it went on from there", "UploadFailures +: upload .* so AGAIN");
        because(
                "lost uploads take their share of a day's quota too: people are told",
                "QuotaNews +: YouTube quota: bucket uploads|alert for operators: .* of YouTube's quota is taken");
        because("vendors of a step failed, and it was done again", "VideoFailures +: video \\S+ \\(attempt \\d+\\): ");
        because("a picture was drawn while the machine was busy; the JPEG stands in", "a thumbnail has no WebP");
        because(
                "events waited for failing vendors, or for a busy machine: people are told",
                "alert for operators: \\d+ events of the last 5 minutes took");
        because(
                "the machine was so busy that a connection did not come within its second; it was tried again",
                "Connection is not available|Failed to obtain JDBC Connection|Could not open JDBC Connection"
                        + "|the database does not answer|could not be recorded: CamelExecutionException");
        because(
                "the same, while that failure was noted: the claim ended with its lease",
                "FatalFallbackErrorHandler +: (Exception occurred while trying|.*--> (New|Previous) exception)");
    }

    private final Path log;

    SoakLog(Path log) {
        this.log = log;
    }

    private static void because(String reason, String said) {
        REASONS.put(Pattern.compile(said), reason);
    }

    /** @return lines nobody expects */
    List<String> unexplained() throws IOException {
        Map<String, Integer> explained = new TreeMap<>();
        List<String> unexplained = new ArrayList<>();
        for (String said : warnings()) {
            REASONS.entrySet().stream()
                    .filter(reason -> reason.getKey().matcher(said).find())
                    .findFirst()
                    .ifPresentOrElse(
                            reason -> explained.merge(reason.getValue(), 1, Integer::sum),
                            () -> unexplained.add(
                                    "log: " + said.lines().findFirst().orElseThrow()));
        }
        explained.forEach((reason, times) -> print("  log        %5d × %s", times, reason));
        return unexplained;
    }

    /** Each with what follows it, which is its trace. */
    private List<String> warnings() throws IOException {
        List<String> warnings = new ArrayList<>();
        StringBuilder said = null;
        int lines = 0;
        for (String line : Files.readAllLines(log)) {
            Matcher begins = LINE.matcher(line);
            if (begins.matches()) {
                if (said != null) {
                    warnings.add(said.toString());
                }
                boolean warns =
                        begins.group(1).equals("WARN") || begins.group(1).equals("ERROR");
                said = warns ? new StringBuilder(line) : null;
                lines = 0;
            } else if (said != null && ++lines < LINES_OF_ONE) {
                said.append('\n').append(line);
            }
        }
        if (said != null) {
            warnings.add(said.toString());
        }
        return warnings;
    }
}
