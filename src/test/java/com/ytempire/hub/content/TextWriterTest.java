package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.RETURNS_SELF;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.ytempire.hub.content.TextStore.Made;
import com.ytempire.hub.content.TextWriter.Kept;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** Texts on their way into the database. */
class TextWriterTest {

    private static final Made MADE = new Made("How lighthouses work", "openai", "text-economy", "m", "basic", 68);

    private final JdbcClient jdbc = mock(JdbcClient.class);
    private final StatementSpec statement = mock(StatementSpec.class, RETURNS_SELF);
    private final TextWriter writer = new TextWriter(jdbc);

    @AfterEach
    void stop() throws InterruptedException {
        writer.stop();
    }

    @Test
    void whatWaitsIsFoundUntilItIsWrittenDown() {
        CountDownLatch slow = new CountDownLatch(1);
        when(jdbc.sql(anyString())).thenReturn(statement);
        when(statement.update()).thenAnswer(update -> {
            slow.await();
            return 1;
        });

        writer.write(text("one"));
        assertThat(writer.waiting("one", Instant.EPOCH.minusMillis(1))).contains(MADE);
        assertThat(writer.waiting("one", Instant.EPOCH)).isEmpty();
        slow.countDown();
        writer.await();

        assertThat(writer.waiting("one", Instant.MIN)).isEmpty();
    }

    @Test
    void aTextTheDatabaseDoesNotTakeIsLetGo() {
        when(jdbc.sql(anyString())).thenThrow(new DataAccessResourceFailureException("away"));

        writer.write(text("one"));
        writer.await();

        assertThat(writer.waiting("one", Instant.MIN)).isEmpty();
    }

    @Test
    void oneTheDatabaseRefusesTakesNoOtherWithIt() {
        when(jdbc.sql(anyString())).thenReturn(statement);
        when(statement.update())
                .thenThrow(new DataIntegrityViolationException("both"))
                .thenThrow(new DataIntegrityViolationException("the first alone"))
                .thenReturn(1);

        writer.write(text("one"));
        writer.write(text("two"));
        writer.await();

        verify(statement, times(3)).update();
    }

    private static Kept text(String hash) {
        TextRequest request = new TextRequest(
                TextRequest.Type.TITLE, "lighthouses", "economy", null, null, null, null, null, false, Instant.EPOCH);
        return new Kept(request, hash, MADE, Instant.EPOCH);
    }
}
