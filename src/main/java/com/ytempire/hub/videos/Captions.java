package com.ytempire.hub.videos;

import com.ytempire.hub.platform.WrittenText;
import com.ytempire.hub.videos.FilmProbe.Pause;
import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * When which words of a narration are heard and read. A voice speaks evenly enough for the length of a text to tell about
 * when a sentence ends, and pauses there; the whole is as long as the narration.
 */
final class Captions {

    /** The pause after a sentence is as long as so many letters. */
    private static final int PAUSE = 5;

    private static final Pattern PARAGRAPH = Pattern.compile("\\R+");
    private static final Pattern CLAUSE_END = Pattern.compile("[,;:.!?…،؛؟、，。：；！？—–]\\s*$");
    private static final Pattern LETTER = Pattern.compile("[\\p{L}\\p{N}\\p{M}]");

    /** A cut after a clause may be so much further from where it would divide evenly, as a share of a part. */
    private static final double AFTER_A_CLAUSE = 0.5;

    /** So far from where it is expected, as a share of the sentences beside it, the end of a sentence is looked for. */
    private static final double FAR = 0.4;

    /** In milliseconds. */
    private static final long FARTHEST = 2500;

    private static final int LINES = 2;

    /** In words. */
    private static final int LONG_SENTENCE = 200;

    private Captions() {}

    /** A sentence, and when it is heard. */
    record Sentence(long fromMillis, long toMillis, String text) {}

    /**
     * What is read at once.
     *
     * @param lines not longer than what was wanted, as a rule not more than two
     */
    record Cue(long fromMillis, long toMillis, List<String> lines) {

        String text() {
            return String.join(" ", lines);
        }
    }

    /**
     * The sentences of a narration, one after the other without gaps.
     *
     * @param spoken as it was given to the voice; what cannot be spoken has no time of its own
     * @param millis the narration lasts
     * @param pauses of the voice
     */
    static List<Sentence> sentences(String spoken, long millis, List<Pause> pauses) {
        List<String> texts = PARAGRAPH
                .splitAsStream(Normalizer.normalize(spoken, Normalizer.Form.NFC))
                .map(WrittenText::seen)
                .flatMap(paragraph ->
                        WrittenText.pieces(paragraph, BreakIterator.getSentenceInstance(Locale.ROOT)).stream())
                .map(String::strip)
                .filter(sentence -> !sentence.isEmpty())
                .toList();
        List<Integer> weights = texts.stream()
                .map(text -> WrittenText.spokenLength(text) + PAUSE)
                .toList();
        long all = weights.stream().mapToInt(Integer::intValue).sum();
        List<Sentence> sentences = new ArrayList<>();
        long from = 0;
        long left = all;
        for (int i = 0; i < texts.size(); i++) {
            long weight = weights.get(i);
            long to = from + (millis - from) * weight / left;
            left -= weight;
            if (left > 0) {
                long next = (millis - to) * weights.get(i + 1) / left;
                to = endsBy(to, Math.min(FARTHEST, (long) (FAR * Math.min(to - from, next))), pauses);
            }
            sentences.add(new Sentence(from, to, texts.get(i)));
            from = to;
        }
        return sentences;
    }

    /** The end of the longest pause about there; where there is none, there. */
    private static long endsBy(long about, long reach, List<Pause> pauses) {
        return pauses.stream()
                .filter(pause ->
                        Math.abs(pause.middle() - about) <= reach && Math.abs(pause.toMillis() - about) <= reach)
                .max(Comparator.comparingLong(Pause::length))
                .map(Pause::toMillis)
                .orElse(about);
    }

    /**
     * The sentences as they are read: long ones in parts, cut after a clause where that is possible.
     *
     * @param columns of a line; a sign as wide as two letters counts as two
     */
    static List<Cue> cues(List<Sentence> sentences, int columns) {
        List<Cue> cues = new ArrayList<>();
        for (Sentence sentence : sentences) {
            List<String> parts = parts(sentence.text(), columns);
            List<Integer> weights = parts.stream()
                    .map(part -> Math.max(1, WrittenText.spokenLength(part)))
                    .toList();
            long all = weights.stream().mapToInt(Integer::intValue).sum();
            long length = sentence.toMillis() - sentence.fromMillis();
            long before = 0;
            for (int i = 0; i < parts.size(); i++) {
                long after = before + weights.get(i);
                cues.add(new Cue(
                        sentence.fromMillis() + length * before / all,
                        sentence.fromMillis() + length * after / all,
                        lines(parts.get(i), columns)));
                before = after;
            }
        }
        return cues;
    }

    /** As SRT, for players and for YouTube. */
    static String srt(List<Cue> cues) {
        StringBuilder srt = new StringBuilder();
        for (int i = 0; i < cues.size(); i++) {
            Cue cue = cues.get(i);
            srt.append(i + 1)
                    .append('\n')
                    .append(time(cue.fromMillis()))
                    .append(" --> ")
                    .append(time(cue.toMillis()))
                    .append('\n')
                    .append(String.join("\n", cue.lines()).replace("-->", "→"))
                    .append("\n\n");
        }
        return srt.toString();
    }

    private static String time(long millis) {
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d,%03d",
                millis / 3_600_000,
                millis / 60_000 % 60,
                millis / 1000 % 60,
                millis % 1000);
    }

    /** How many letters it is wide. */
    static int width(String text) {
        return text.codePoints()
                .map(c -> WrittenText.isSyllable(c)
                                || c >= 0x1F000
                                || c >= 0x3000 && c < 0x3100
                                || c >= 0xFF00 && c < 0xFF61
                        ? 2
                        : Character.getType(c) == Character.NON_SPACING_MARK ? 0 : 1)
                .sum();
    }

    /** Whether there is anything to be heard in it. */
    static boolean canBeSpoken(String text) {
        return LETTER.matcher(text).find();
    }

    private static List<String> lines(String text, int columns) {
        List<String> words = words(text, columns);
        Predicate<String> fits = line -> width(line) <= columns;
        return IntStream.range(Math.max(1, width(text) / columns), words.size())
                .boxed()
                .flatMap(count -> Stream.of(divide(words, count, AFTER_A_CLAUSE), divide(words, count, 0)))
                .filter(lines -> lines.stream().allMatch(fits))
                .findFirst()
                .orElseGet(() -> each(words));
    }

    /** What is read at once; one part more than there might be, when each then ends with a clause. */
    private static List<String> parts(String text, int columns) {
        List<String> words = words(text, columns);
        if (words.size() > LONG_SENTENCE) { // somebody wrote without full stops
            return Stream.of(words.subList(0, words.size() / 2), words.subList(words.size() / 2, words.size()))
                    .flatMap(half -> parts(String.join("", half), columns).stream())
                    .toList();
        }
        Predicate<String> fits = part -> lines(part, columns).size() <= LINES;
        return IntStream.range(Math.max(1, width(text) / columns / LINES), words.size())
                .boxed()
                .flatMap(count -> Stream.of(
                        divide(words, count, AFTER_A_CLAUSE),
                        divide(words, count + 1, AFTER_A_CLAUSE),
                        divide(words, count, 0)))
                .filter(parts -> parts.stream().allMatch(fits))
                .findFirst()
                .orElseGet(() -> each(words));
    }

    private static List<String> each(List<String> words) {
        return words.stream().map(String::strip).filter(word -> !word.isEmpty()).toList();
    }

    /** In so many parts of about the same width. */
    private static List<String> divide(List<String> words, int count, double bonus) {
        int[] ends = new int[words.size()]; // the width up to the end of each word
        int width = 0;
        for (int i = 0; i < ends.length; i++) {
            width += width(words.get(i));
            ends[i] = width;
        }
        double gain = bonus * width / count;
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int part = 1; part < count && from < words.size(); part++) {
            int cut = cut(words, ends, from, (double) width * part / count, gain);
            parts.add(String.join("", words.subList(from, cut + 1)).strip());
            from = cut + 1;
        }
        if (from < words.size()) {
            parts.add(String.join("", words.subList(from, words.size())).strip());
        }
        return parts;
    }

    /** @return the word after which it is cut */
    private static int cut(List<String> words, int[] ends, int from, double even, double gain) {
        int best = from;
        double least = Double.MAX_VALUE;
        for (int at = from; at < ends.length && ends[at] - even - gain < least; at++) {
            double distance = Math.abs(ends[at] - even)
                    - (CLAUSE_END.matcher(words.get(at)).find() ? gain : 0);
            if (distance < least) {
                least = distance;
                best = at;
            }
        }
        return best;
    }

    /** With the blanks that follow them; a word too long for a line in parts. */
    private static List<String> words(String text, int most) {
        List<String> words = new ArrayList<>();
        for (String word : WrittenText.pieces(text, BreakIterator.getLineInstance(Locale.ROOT))) {
            StringBuilder part = new StringBuilder();
            for (String character : WrittenText.pieces(word, BreakIterator.getCharacterInstance(Locale.ROOT))) {
                if (width((part + character).strip()) > most && !part.isEmpty()) {
                    words.add(part.toString());
                    part.setLength(0);
                }
                part.append(character);
            }
            words.add(part.toString());
        }
        return words;
    }
}
