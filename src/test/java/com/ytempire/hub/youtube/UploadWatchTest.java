package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UploadWatchTest {

    @Test
    void reasonsAreWrittenAsOurCodesAre() {
        assertThat(UploadWatch.word("termsOfUse")).isEqualTo("terms_of_use");
        assertThat(UploadWatch.word("duplicate")).isEqualTo("duplicate");
        assertThat(UploadWatch.word(null)).isEqualTo("unknown");
        assertThat(UploadWatch.word("not a word; drop table")).isEqualTo("unknown");
    }
}
