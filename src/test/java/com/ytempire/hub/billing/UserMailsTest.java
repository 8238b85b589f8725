package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Amounts in mails are those of Stripe's smallest unit, whatever that is. */
class UserMailsTest {

    @ParameterizedTest
    @CsvSource({"129700, usd, '1,297.00 USD'", "500, jpy, 500 JPY", "150000, isk, '1,500.00 ISK'", "97, , 0.97 USD"})
    void amountsNameTheirCurrency(long amount, String currency, String text) {
        assertThat(UserMails.money(amount, currency)).isEqualTo(text);
    }
}
