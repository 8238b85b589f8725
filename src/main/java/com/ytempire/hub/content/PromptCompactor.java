package com.ytempire.hub.content;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shortens a prompt without changing what it asks. What stands in quotes is the user's and stays as it is. */
final class PromptCompactor {

    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|“[^”]*”|«[^»]*»|(?<!\\w)'[^']*'(?!\\w)");
    private static final Map<Pattern, String> SHORTER = new LinkedHashMap<>();

    static {
        SHORTER.put(Pattern.compile("(?i)create a youtube video script"), "YouTube script");
        SHORTER.put(Pattern.compile("(?i)\\b(?:please|could you|i would like) "), "");
        SHORTER.put(Pattern.compile("(?i)\\bapproximately\\b ?"), "~");
        SHORTER.put(Pattern.compile("(?i)\\bbetween (\\d[\\d.,]*) and (\\d[\\d.,]*\\d|\\d)"), "$1-$2");
    }

    private PromptCompactor() {}

    static String compact(String prompt) {
        Matcher quoted = QUOTED.matcher(prompt);
        StringBuilder compacted = new StringBuilder();
        int from = 0;
        while (quoted.find()) {
            compacted.append(shorten(prompt.substring(from, quoted.start()))).append(quoted.group());
            from = quoted.end();
        }
        return compacted.append(shorten(prompt.substring(from))).toString().strip();
    }

    private static String shorten(String text) {
        String shorter = text;
        for (Map.Entry<Pattern, String> rule : SHORTER.entrySet()) {
            shorter = rule.getKey().matcher(shorter).replaceAll(rule.getValue());
        }
        return shorter;
    }
}
