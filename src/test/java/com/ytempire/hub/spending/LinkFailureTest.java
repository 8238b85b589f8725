package com.ytempire.hub.spending;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.spending.LinkFailure.Kind;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a failed call comes to. */
class LinkFailureTest {

    @Test
    void whatTheVendorSaidCountsHoweverDeepItLies() {
        LinkFailure said = new LinkFailure(Kind.RATE_LIMITED, "too many requests", Duration.ofSeconds(2));
        assertThat(of(new IllegalStateException(new RuntimeException(said)))).isSameAs(said);
    }

    @Test
    void withoutAnAnswerItIsAFailureOfTheWay() {
        assertThat(of(new RuntimeException(new SocketTimeoutException("Read timed out")))
                        .kind())
                .isEqualTo(Kind.TIMEOUT);
        assertThat(of(new ConnectException("refused to 10.0.0.1")))
                .hasMessage("no answer: ConnectException")
                .returns(Kind.UNAVAILABLE, LinkFailure::kind);
    }

    @Test
    void whatNobodyExpectedIsNoGoodAnswer() {
        LinkFailure unexpected = of(new IllegalStateException("a fault of ours"));
        assertThat(unexpected.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(ProbeAnswer.of(unexpected).well()).isFalse();
    }

    private static LinkFailure of(Throwable failure) {
        return LinkFailure.of(failure, "a-link");
    }
}
