package com.ytempire.hub.platform;

import com.ytempire.hub.platform.FfmpegFailed.Kind;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.StringUtils;

/**
 * Turns sound, pictures and films into others, by the program FFmpeg in a process of its own: the machine's when there
 * is one, else the static build that comes with the hub (GPL; x264, AAC, MP3, WebP, libass are in it).
 */
public final class Ffmpeg {

    private static final Logger LOG = LoggerFactory.getLogger(Ffmpeg.class);

    /** How working folders begin. */
    private static final String WORK = "ffmpeg-work-";

    /** Seconds until a killed process is gone. */
    private static final int TO_DIE = 10;

    private final DataFolder folder;
    private final String wanted;

    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;
    private Path program;

    /** @param wanted the program to use; empty: the first on the path, else the one that comes along */
    public Ffmpeg(DataFolder folder, String wanted) {
        this.folder = folder;
        this.wanted = wanted;
    }

    /**
     * Makes one thing out of another. Both pass through files, so that no pipe can fill up and stand still.
     *
     * @param input what {@code pipe:0} reads; may be empty
     * @param arguments as on FFmpeg's command line; {@code pipe:1} is the answer
     * @param limit after which the process is killed
     * @throws FfmpegFailed when it ends with an error, makes nothing, or takes longer
     */
    public byte[] run(byte[] input, List<String> arguments, Duration limit) {
        try (FfmpegWork work = begin(limit, Long.MAX_VALUE)) {
            Path in = Files.write(work.file("in"), input);
            Path out = work.file("out");
            List<String> all = new ArrayList<>(
                    // what comes in may be a stranger's: it must not make FFmpeg open a file or an address
                    List.of("-protocol_whitelist", "pipe"));
            all.addAll(arguments);
            work.run("error", all, Redirect.from(in.toFile()), Redirect.to(out.toFile()), FfmpegWork.Watcher.NOBODY);
            byte[] made = Files.readAllBytes(out);
            if (made.length == 0) {
                throw new FfmpegFailed(Kind.FAILED, "FFmpeg made nothing");
            }
            return made;
        } catch (IOException e) {
            throw FfmpegFailed.of(Kind.FAILED, "FFmpeg could not be run", e);
        }
    }

    /**
     * Begins a work of one or several runs.
     *
     * @param limit for all of it; a run that is not done by then is killed
     * @param mostBytes of all files in its folder together; a run that makes more is killed
     */
    public FfmpegWork begin(Duration limit, long mostBytes) {
        try {
            return new FfmpegWork(this, Files.createTempDirectory(folder.path(), WORK), limit, mostBytes);
        } catch (IOException e) {
            throw FfmpegFailed.of(Kind.FAILED, "there is no place for FFmpeg to work", e);
        }
    }

    /**
     * Ends what a killed hub of this data folder has left behind: processes whose command line names a working folder
     * in it, and those folders. Nobody else uses such a name, so that no other process can be meant.
     */
    void endLeftOvers() {
        try (Stream<Path> all = Files.list(folder.path())) {
            List<Path> works = all.filter(path -> path.getFileName().toString().startsWith(WORK))
                    .toList();
            if (works.isEmpty()) {
                return;
            }
            List<ProcessHandle> left = ProcessHandle.allProcesses()
                    .filter(process -> works.stream().anyMatch(work -> worksIn(process, work)))
                    .toList();
            for (ProcessHandle process : left) {
                LOG.warn("FFmpeg {} was left behind by a hub that was killed, and is ended", process.pid());
                process.destroyForcibly();
                process.onExit().get(TO_DIE, TimeUnit.SECONDS);
            }
            for (Path work : works) {
                FileSystemUtils.deleteRecursively(work);
            }
        } catch (IOException | ExecutionException | TimeoutException e) {
            LOG.error("what FFmpeg has left behind cannot be cleared away", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean worksIn(ProcessHandle process, Path work) {
        return process.info()
                .commandLine()
                .filter(line -> line.contains("-progress file:" + work + File.separator))
                .isPresent();
    }

    /** The hub stops: what is under way is ended, so that nobody waits for it, and nothing begins any more. */
    @EventListener(ContextClosedEvent.class)
    void stop() {
        stopping = true;
        running.forEach(Process::destroyForcibly);
    }

    boolean isStopping() {
        return stopping;
    }

    Process started(ProcessBuilder builder) throws IOException {
        if (stopping) {
            throw new FfmpegFailed(Kind.STOPPED, "the hub is being stopped");
        }
        Process process = builder.start();
        running.add(process);
        return process;
    }

    void ended(Process process) {
        running.remove(process);
    }

    /** @throws FfmpegFailed when there is none */
    synchronized Path program() {
        if (program == null) {
            Optional<Path> given = StringUtils.hasText(wanted) ? Optional.of(Path.of(wanted)) : onThePath();
            try {
                program = given.isPresent() ? given.get() : unpacked();
            } catch (IOException e) {
                throw FfmpegFailed.of(Kind.MISSING, "the FFmpeg that comes along cannot be unpacked", e);
            }
        }
        return program;
    }

    private static Optional<Path> onThePath() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(StringUtils::hasText)
                .map(folder -> Path.of(folder, "ffmpeg"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Under another name until it is complete; named by its size, so that another build takes its place. */
    Path unpacked() throws IOException {
        URLConnection resource = resource().openConnection();
        resource.setUseCaches(false);
        Path target = folder.path().resolve("ffmpeg-" + resource.getContentLengthLong());
        if (!Files.exists(target)) {
            Path unfinished = Files.createTempFile(
                    folder.path(),
                    "ffmpeg-",
                    null,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (InputStream stream = resource.getInputStream()) {
                Files.copy(stream, unfinished, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwx------"));
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return target;
    }

    private static URL resource() {
        String system = System.getProperty("os.name").startsWith("Mac") ? "-osx" : "";
        String machine = System.getProperty("os.arch");
        String name = machine.equals("amd64") && !system.isEmpty() ? "x86_64" : machine;
        URL resource = Ffmpeg.class.getResource("/ws/schild/jave/nativebin/ffmpeg-" + name + system);
        if (resource == null) {
            throw new FfmpegFailed(
                    Kind.MISSING,
                    "There is no FFmpeg for " + machine + system + ": install it, or name it in HUB_FFMPEG");
        }
        return resource;
    }
}
