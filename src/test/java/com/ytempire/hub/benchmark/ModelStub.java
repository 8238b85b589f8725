package com.ytempire.hub.benchmark;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/** A server that speaks like OpenAI and has its answer ready, so that what is measured is all the way to it and back. */
final class ModelStub {

    /** What it answers; who measures looks for it. */
    static final String TEXT = "Lighthouses and how they work";

    /** A model that is never well. */
    static final String DOWN = "the-model-that-is-down";

    private static final byte[] ANSWER = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"stub","choices":[{"index":0,
            "message":{"role":"assistant","content":"%s","refusal":null},"logprobs":null,"finish_reason":"stop"}],
            "usage":{"prompt_tokens":60,"completion_tokens":8,"total_tokens":68}}
            """.formatted(TEXT).getBytes(StandardCharsets.UTF_8);

    private ModelStub() {}

    /** Ends with its standard input. */
    public static void main(String[] args) throws LifecycleException, IOException {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Path.of("tomcat").toAbsolutePath().toString());
        tomcat.setPort(0);
        Context context = tomcat.addContext("", Path.of("").toAbsolutePath().toString());
        Tomcat.addServlet(context, "chat", new Chat());
        context.addServletMappingDecoded("/v1/chat/completions", "chat");
        tomcat.getConnector().setProperty("maxKeepAliveRequests", "-1");
        tomcat.start();
        System.out.println(ServerProcess.READY + tomcat.getConnector().getLocalPort());
        while (System.in.read() >= 0) {
            // until whoever started it ends
        }
        tomcat.stop();
    }

    private static final class Chat extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String body = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (body.contains(DOWN)) {
                response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                return;
            }
            response.setContentType("application/json");
            response.setContentLength(ANSWER.length);
            response.getOutputStream().write(ANSWER);
        }
    }
}
