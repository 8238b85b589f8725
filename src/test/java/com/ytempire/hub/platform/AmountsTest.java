package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0          | usd | 0.00 USD
                    5          | eur | 0.05 EUR
                    99999      | usd | 999.99 USD
                    129700     | usd | 1,297.00 USD
                    -129700    | usd | -1,297.00 USD
                    -29700     | usd | -297.00 USD
                    1234567890 | usd | 12,345,678.90 USD
                    500        | jpy | 500 JPY
                    1500       | jpy | 1,500 JPY
                    1234567    | kwd | 1,234.567 KWD
                    """)
    void isReadWithItsCurrency(long amount, String currency, String text) {
        assertThat(Amounts.text(amount, currency)).isEqualTo(text);
    }
}
