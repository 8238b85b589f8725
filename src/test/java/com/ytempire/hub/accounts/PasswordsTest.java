package com.ytempire.hub.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCrypt;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class PasswordsTest {

    @Test
    void comparingWithNobodysHashIsAFullHash() {
        String nobodys = Passwords.nobodys(5);
        // hashing with its salt gives another hash of its shape, so whoever compares has done all the work
        assertThat(BCrypt.hashpw("some password", nobodys))
                .startsWith("$2a$05$")
                .hasSize(nobodys.length());
        assertThat(new BCryptPasswordEncoder().upgradeEncoding(nobodys)).isTrue();
        assertThat(new BCryptPasswordEncoder().matches("some password", nobodys))
                .isFalse();
    }
}
