package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** The console: what the operator sees there, and that JMX over HTTP does nothing else. */
class JolokiaPolicyIT extends PlatformHubIT {

    @Autowired
    CamelContext camel;

    private JsonNode jolokia(String request) {
        HttpResponse<String> answer =
                management("/actuator/hawtio/jolokia").as(RIGHT).json(request).answer();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return read(answer);
    }

    private JsonNode exec(String mbean, String operation, String arguments) {
        return jolokia("{\"type\":\"exec\",\"mbean\":\"%s\",\"operation\":\"%s\",\"arguments\":[%s]}"
                .formatted(mbean, operation, arguments));
    }

    private String camelBean(String type, String name) {
        return "org.apache.camel:context=%s,type=%s,name=\\\"%s\\\"".formatted(camel.getManagementName(), type, name);
    }

    @Test
    void theConsoleLoadsInOurLook() {
        HttpResponse<String> page =
                management("/actuator/hawtio/index.html").as(RIGHT).answer();
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(page.body()).contains("/actuator/hawtio/static/js/");
        assertThat(page.headers().allValues("Content-Security-Policy"))
                .singleElement()
                .asString()
                .contains("script-src 'self'")
                .contains("frame-ancestors 'none'");
        assertThat(read(management("/actuator/hawtio/hawtconfig.json").as(RIGHT).answer())
                        .at("/branding/appName")
                        .asText())
                .contains("YTEMPIRE");
        assertThat(management("/actuator/hawtio/img/ytempire.svg")
                        .as(RIGHT)
                        .answer()
                        .body())
                .contains("<svg");
    }

    @Test
    void flowsAreSeenWithTheirDiagramAndFigures() {
        JsonNode found = jolokia("{\"type\":\"search\",\"mbean\":\"org.apache.camel:type=routes,*\"}");
        assertThat(found.path("value").toString()).contains("things-look");
        String context = camelBean("context", camel.getName());
        assertThat(exec(context, "dumpRoutesAsXml()", "").path("value").asText())
                .contains("things-look");
        assertThat(exec(context, "dumpRoutesStatsAsXml", "true,true")
                        .path("value")
                        .asText())
                .contains("exchangesTotal");
        assertThat(jolokia("{\"type\":\"read\",\"mbean\":\"%s\",\"attribute\":\"State\"}"
                                .formatted(camelBean("routes", "things-look")))
                        .path("value")
                        .asText())
                .isEqualTo("Started");
    }

    @Test
    void ourOwnOperationsRun() {
        assertThat(exec("com.ytempire.hub:type=Things", "look", "3")
                        .path("value")
                        .asText())
                .isEqualTo("looked at 3");
    }

    @Test
    void flowsCannotBeStoppedOrFed() {
        String route = camelBean("routes", "things-look");
        String context = camelBean("context", camel.getName());
        assertDenied(exec(route, "stop()", ""));
        assertDenied(exec(route, "remove()", ""));
        assertDenied(exec(route, "updateRouteFromXml(java.lang.String)", "\"<route/>\""));
        assertDenied(exec(context, "stop()", ""));
        assertDenied(exec(context, "sendBody(java.lang.String,java.lang.Object)", "\"direct:things-look\",\"x\""));
        assertDenied(exec(context, "createEndpoint", "\"file:/tmp\""));
        assertThat(camel.getRouteController().getRouteStatus("things-look").isStarted())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "java.lang:type=Memory|gc",
                "java.lang:type=Threading|dumpAllThreads(boolean,boolean)",
                "com.sun.management:type=DiagnosticCommand|gcClassHistogram",
                "com.sun.management:type=DiagnosticCommand|compilerDirectivesAdd",
                "com.sun.management:type=HotSpotDiagnostic|dumpHeap",
                "java.util.logging:type=Logging|setLoggerLevel",
                "JMImplementation:type=MBeanServerDelegate|anything",
                "jolokia:type=Config|setDebug"
            })
    void theJavaMachineIsLookedAtOnly(String mbean, String operation) {
        assertDenied(exec(mbean, operation, ""));
    }

    @Test
    void nothingIsWritten() {
        assertDenied(jolokia(
                "{\"type\":\"write\",\"mbean\":\"java.lang:type=Memory\",\"attribute\":\"Verbose\",\"value\":true}"));
        assertDenied(jolokia("{\"type\":\"write\",\"mbean\":\"%s\",\"attribute\":\"Tracing\",\"value\":true}"
                .formatted(camelBean("context", camel.getName()))));
    }

    @Test
    void secretsOfTheProcessAreNotRead() {
        for (String attribute : new String[] {"SystemProperties", "InputArguments", "ClassPath"}) {
            assertDenied(jolokia("{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"%s\"}"
                    .formatted(attribute)));
        }
        assertThat(jolokia("{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\"}")
                        .toString())
                .doesNotContain("java.home");
    }

    @Test
    void aLinkCannotActAndOtherServersAreOutOfReach() {
        HttpResponse<String> get = management("/actuator/jolokia/exec/com.ytempire.hub:type=Things/look/3")
                .as(RIGHT)
                .answer();
        assertThat(get.body()).doesNotContain("looked at").contains("403");
        assertThat(management("/actuator/hawtio/proxy/http/localhost/1/")
                        .as(RIGHT)
                        .status())
                .isEqualTo(403);
        JsonNode proxied = jolokia("{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"Pid\","
                + "\"target\":{\"url\":\"service:jmx:rmi:///jndi/rmi://127.0.0.1:1/x\"}}");
        assertThat(proxied.path("value").asLong())
                .as("answered here, whatever target was named")
                .isEqualTo(ProcessHandle.current().pid());
    }

    private static void assertDenied(JsonNode answer) {
        assertThat(answer.path("status").asInt()).as(answer.toString()).isEqualTo(403);
    }
}
