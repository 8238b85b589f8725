package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;

import com.ytempire.hub.videos.AssemblyTimes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the hub's care costs when a film of a minute is made, 1920×1080 with captions: two passes for loudness, captions
 * and fonts, measuring, hashing. Beside it plain FFmpeg with the same filters and encoders in one command.
 */
final class AssemblyBenchmark {

    private final Path folder;
    private final int rounds;

    AssemblyBenchmark(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    void measure() {
        print("%nAssembly of 60 s, 1920x1080, from a thumbnail, %d rounds", rounds);
        List<Double> hub = new ArrayList<>();
        List<Double> plain = new ArrayList<>();
        try (AssemblyTimes times = new AssemblyTimes(folder)) {
            for (int round = 1; round <= rounds; round++) {
                // who goes first changes, so that neither always follows the other
                if (round % 2 == 0) {
                    hub.add(seconds(times.hub()));
                    plain.add(seconds(times.plain()));
                } else {
                    plain.add(seconds(times.plain()));
                    hub.add(seconds(times.hub()));
                }
                print(
                        "  round %d     hub %6.1f s   plain FFmpeg %6.1f s",
                        round, hub.get(round - 1), plain.get(round - 1));
            }
        }
        print("  ratio       %.2f   hub to plain FFmpeg (medians)", median(hub) / median(plain));
    }

    private static double seconds(Duration taken) {
        return taken.toMillis() / 1000.0;
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }
}
