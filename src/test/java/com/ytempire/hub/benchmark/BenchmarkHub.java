package com.ytempire.hub.benchmark;

import com.ytempire.hub.HubApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The hub as shipped, which tells in its answers what it waited for Stripe, whose workers pause and resume at a word on its
 * standard input, which says at a word how much of its heap is in use, and which ends with it.
 */
final class BenchmarkHub {

    /** What it prints before a number of megabytes. */
    static final String MEGABYTES = "benchmark heap ";

    private static final long MEGABYTE = 1024L * 1024;

    private BenchmarkHub() {}

    public static void main(String[] args) throws IOException {
        SpringApplication hub = new SpringApplication(HubApplication.class);
        hub.addInitializers(context -> context.getBeanFactory().addBeanPostProcessor(new VendorWaits()));
        try (ConfigurableApplicationContext context = hub.run(args);
                BufferedReader words = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            SmartLifecycle workers = context.getBean("eventLoop", SmartLifecycle.class);
            workers.stop();
            System.out.println(ServerProcess.READY + context.getEnvironment().getProperty("local.server.port"));
            for (String word = words.readLine(); word != null; word = words.readLine()) {
                switch (word) {
                    case "pause" -> workers.stop();
                    case "resume" -> workers.start();
                    case "heap" -> System.out.println(MEGABYTES + used());
                    case "most" ->
                        System.out.println(MEGABYTES + Runtime.getRuntime().maxMemory() / MEGABYTE);
                    case "collect" -> {
                        System.gc();
                        System.out.println(MEGABYTES + used());
                    }
                    default -> throw new IllegalArgumentException(word);
                }
            }
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / MEGABYTE;
    }
}
