package com.ytempire.hub.videos;

import java.util.stream.Collectors;

/** Scripts as they are spoken. */
final class ScriptText {

    private ScriptText() {}

    /** Without what a model writes for the eye all the same: headings, stage directions in brackets, marks of emphasis. */
    static String spoken(String script) {
        return script.lines()
                .map(line -> line.replaceAll("\\[[^\\]]*\\]", "")
                        .replaceAll("^\\s*#+\\s.*$", "")
                        .replaceAll("(?<![\\p{L}\\p{N}])[*_`]{1,3}(?=\\S)", "")
                        .replaceAll("(?<=\\S)[*_`]{1,3}(?![\\p{L}\\p{N}])", "")
                        .strip())
                .collect(Collectors.joining("\n"))
                .replaceAll("\\n{3,}", "\n\n")
                .replace("\u0000", "")
                .strip();
    }
}
