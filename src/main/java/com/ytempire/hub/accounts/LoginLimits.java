package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.ClientNetwork;
import com.ytempire.hub.platform.Problem;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * How many failed logins there may be. An attempt counts before its password is looked at, so that many at once do not
 * slip through, and is taken back when it was right.
 */
@Component
class LoginLimits {

    private final Tallies tallies;
    private final Clock clock;
    private final AccountsSettings settings;

    LoginLimits(Tallies tallies, Clock clock, AccountsSettings settings) {
        this.tallies = tallies;
        this.clock = clock;
        this.settings = settings;
    }

    /** @throws Problem 429 when there were too many; the same for addresses nobody has registered */
    void attempt(String email, Client client) {
        AccountsSettings.Logins limits = settings.logins();
        count(pair(email, client), limits.ofAccountAndAddress());
        count(address(client), limits.ofAddress());
        count(account(email), limits.ofAccount());
    }

    private void count(String key, int most) {
        Tallies.Tally tally = tallies.count(key, settings.logins().within());
        if (tally.count() > most) {
            throw new Problem(HttpStatus.TOO_MANY_REQUESTS, "too_many_logins", "Too many failed logins")
                    .retryAfter(tally.secondsLeft(clock.instant()));
        }
    }

    /** The attempt was right. */
    void succeeded(String email, Client client) {
        tallies.forget(pair(email, client));
        tallies.uncount(address(client));
        tallies.uncount(account(email));
    }

    /** @return whether one more verification or reset mail may go to the address */
    boolean mayMail(String email) {
        AccountsSettings.Mails limits = settings.mails();
        return tallies.count("mail:" + digest(email), limits.within()).count() <= limits.ofAddress();
    }

    private static String pair(String email, Client client) {
        return "login:" + digest(email) + ":" + ClientNetwork.of(client.address());
    }

    private static String address(Client client) {
        return "login-address:" + ClientNetwork.of(client.address());
    }

    private static String account(String email) {
        return "login-account:" + digest(email);
    }

    /** Not the address itself: what strangers type in may be anything. */
    private static String digest(String email) {
        return HexFormat.of().formatHex(Tokens.hash(email.toLowerCase(Locale.ROOT)));
    }
}
