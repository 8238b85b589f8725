package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.platform.JobRun;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.sql.Date;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** The checks of morning, afternoon and evening: each line is made, kept and mailed, once a day. */
class ChecksIT extends HubIT {

    /** Days nobody else has; each test takes the next. */
    private static LocalDate next = LocalDate.of(2199, 1, 1);

    @Autowired
    private ProducerTemplate routes;

    @Autowired
    private Checks checks;

    @AfterEach
    void leaveNothingBroken() {
        SANDBOX.faults().clear();
    }

    private JobRun day(String job) {
        next = next.plusDays(1);
        return new JobRun(job, next);
    }

    private void run(JobRun run) {
        routes.request("direct:operations-checks", exchange -> exchange.setVariable("run", run));
    }

    private record Line(String name, String outcome, String evidence) {}

    private List<Line> lines(JobRun run) {
        return jdbc.sql("""
                        select l.name, l.outcome, l.evidence from operations.check_line l join operations.check_run r on r.id = l.run_id
                         where r.job = :job and r.business_date = :date order by l.no
                        """)
                .param("job", run.job())
                .param("date", Date.valueOf(run.businessDate()))
                .query(Line.class)
                .list();
    }

    private List<Map<String, Object>> mails(JobRun run) {
        return jdbc.sql("select payload->>'subject' as subject, payload->>'text' as text from notifications.outbox"
                        + " where key = :key")
                .param("key", "check:" + run.job() + ":" + run.businessDate())
                .query()
                .listOfRows();
    }

    private static Line line(List<Line> lines, String name) {
        return lines.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theMorningAsksEveryVendor_andSaysWhatFailed() {
        SANDBOX.faults().fail("resend", Fault.status(500).on("/resend/domains"), 1);
        JobRun run = day("operations-morning");
        run(run);

        List<Line> lines = lines(run);
        assertThat(lines)
                .extracting(Line::name)
                .containsExactly(
                        "Failed payments",
                        "Overnight changes of subscriptions",
                        "Queue",
                        "Disputes",
                        "One probe for each vendor",
                        "Credentials",
                        "Quotas");
        assertThat(line(lines, "One probe for each vendor").outcome()).isEqualTo("failed");
        assertThat(line(lines, "One probe for each vendor").evidence())
                .contains("resend: unhealthy")
                .contains("stripe: healthy");
        assertThat(mails(run)).hasSize(1);
        assertThat((String) mails(run).get(0).get("subject")).startsWith("Morning check of " + run.businessDate());
    }

    @Test
    void theAfternoonTriesWhatIsSeldomNeeded() {
        JobRun run = day("operations-monitoring");
        run(run);

        List<Line> lines = lines(run);
        assertThat(lines).hasSize(11);
        assertThat(line(lines, "A signed event to each endpoint").evidence())
                .isEqualTo("stripe: stored, then ignored\nn8n: stored, then processed\nresend: stored, then ignored");
        assertThat(line(lines, "A payment in test mode"))
                .isEqualTo(new Line(
                        "A payment in test mode",
                        "ok",
                        "A card was authorised for $0.50, and the authorisation given back."));
        assertThat(line(lines, "The second link of each chain").evidence())
                .contains("text: text-economy answered, ")
                .contains("speech: speech-google-standard answered, ")
                .contains("thumbnail: thumbnail-second answered, ");
        assertThat(lines).noneMatch(line -> line.evidence().startsWith("could not be looked at"));
    }

    @Test
    void theEveningTellsPaymentsCostsAndWebhooks() {
        JobRun run = day("operations-report");
        run(run);

        assertThat(lines(run))
                .extracting(Line::name)
                .containsExactly("Payments", "Recurring revenue", "Costs", "Webhooks");
        assertThat(lines(run)).allMatch(line -> line.outcome().equals("told"));
        assertThat((String) mails(run).get(0).get("text"))
                .contains("Net revenue")
                .contains("in all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"operations-report"})
    void aRunThatWasCutOffGoesOnWhereItWas_andIsMailedOnce(String job) {
        JobRun run = day(job);
        assertThat(checks.begin(run)).containsExactly(0, 1, 2, 3);
        checks.look(0, run);
        checks.look(1, run);

        assertThat(checks.begin(run)).containsExactly(2, 3);
        run(run);
        run(run);

        assertThat(lines(run)).hasSize(4);
        assertThat(mails(run)).hasSize(1);
    }
}
