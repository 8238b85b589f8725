package com.ytempire.hub.benchmark;

import com.ytempire.hub.HubApplication;
import com.ytempire.hub.webhooks.WorkLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The hub as shipped, whose workers pause and resume at a word on its standard input, and which ends with it. */
final class BenchmarkHub {

    private BenchmarkHub() {}

    public static void main(String[] args) throws IOException {
        try (ConfigurableApplicationContext context = SpringApplication.run(HubApplication.class, args);
                BufferedReader words = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            WorkLoop workers = context.getBean(WorkLoop.class);
            workers.pause();
            System.out.println(ServerProcess.READY + context.getEnvironment().getProperty("local.server.port"));
            for (String word = words.readLine(); word != null; word = words.readLine()) {
                switch (word) {
                    case "pause" -> workers.pause();
                    case "resume" -> workers.resume();
                    default -> throw new IllegalArgumentException(word);
                }
            }
        }
    }
}
