package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.TestDatabase;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** What one key has sealed is sealed again under the next, wherever an area keeps it. */
class ResealingIT extends HubIT {

    private static final byte[] OLD = Base64.getDecoder().decode(TestDatabase.ENCRYPTION_KEY);
    private static final byte[] NEW = new byte[Vault.KEY_BYTES];

    @Autowired
    private List<SealedColumn> columns;

    @Autowired
    private TransactionTemplate transaction;

    private record Row(String of, String text) {}

    private List<Row> rows(SealedColumn column) {
        return jdbc.sql("select %s as of, %s as text from %s where %s is not null"
                        .formatted(column.of(), column.column(), column.table(), column.column()))
                .query(Row.class)
                .list();
    }

    private static boolean opens(Vault vault, SealedColumn column, Row row) {
        try {
            vault.open(column.context().apply(row.of()), row.text());
            return true;
        } catch (Vault.Unreadable e) {
            return false;
        }
    }

    private List<String> opened(Vault vault) {
        return columns.stream()
                .filter(column -> rows(column).stream().anyMatch(row -> opens(vault, column, row)))
                .map(column -> column.table() + "." + column.column())
                .toList();
    }

    @Test
    void everySealedColumnIsKnown() {
        assertThat(jdbc.sql("""
                                select table_schema || '.' || table_name || '.' || column_name
                                  from information_schema.columns
                                 where column_name like '%sealed'
                                    or (table_name, column_name) in (('webhook_endpoint', 'secret'),
                                                                     ('changed_setting', 'value'))
                                """).query(String.class).list())
                .containsExactlyInAnyOrderElementsOf(columns.stream()
                        .map(column -> column.table() + "." + column.column())
                        .toList());
    }

    /** In a transaction that is rolled back: the hub of the other tests has the old key alone. */
    @Test
    void whatTheOldKeySealedTheNewOneOpensAlone() {
        assertThat(operatorPost("/api/v1/webhooks/endpoints/n8n/secrets", "{\"secret\":\"" + unique("whsec") + "\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(operatorPost("/api/v1/youtube/subscriptions", "{\"channel_id\":\"" + channelId() + "\"}")
                        .statusCode())
                .isLessThan(300);
        assertThat(operatorPost("/api/v1/youtube/channels/connect", "{}").statusCode())
                .isEqualTo(201);
        transaction.executeWithoutResult(status -> {
            List<String> before = opened(new Vault(OLD));
            assertThat(before)
                    .contains(
                            "webhooks.secret.sealed",
                            "youtube.subscription.token_sealed",
                            "youtube.subscription.secret_sealed",
                            "youtube.consent.verifier_sealed");

            Resealing.Result result = new Resealing(jdbc, new Vault(List.of(NEW, OLD)), columns).apply();

            assertThat(result.sealed()).isGreaterThanOrEqualTo(before.size());
            assertThat(opened(new Vault(NEW))).isEqualTo(before);
            assertThat(opened(new Vault(OLD))).isEmpty();
            assertThat(new Resealing(jdbc, new Vault(List.of(NEW, OLD)), columns)
                            .apply()
                            .sealed())
                    .isZero();
            Resealing withoutTheKey = new Resealing(jdbc, new Vault(OLD), columns);
            assertThat(withoutTheKey.apply().unreadable()).isGreaterThanOrEqualTo(before.size());
            assertThat(withoutTheKey.troubles(SANDBOX.clock().instant()))
                    .extracting(Trouble::kind)
                    .containsExactly("unreadable_secrets");
            status.setRollbackOnly();
        });
    }

    @Test
    void aColumnThatCannotBeReadNowIsToldAndEndsNoStart() {
        SealedColumn away = new SealedColumn("webhooks.nothing", "sealed", "id", UnaryOperator.identity());
        Resealing resealing = new Resealing(jdbc, new Vault(OLD), List.of(away));

        resealing.afterTheStart();

        assertThat(resealing.troubles(SANDBOX.clock().instant()))
                .extracting(Trouble::kind)
                .containsExactly("resealing_unfinished");
    }

    /** Another node, which still seals with the old key, is quicker: as it does while the context is asked for. */
    @Test
    void aTextThatChangesMeanwhileIsSealedAtTheNextLook() {
        String id = unique("endpoint");
        Vault before = new Vault(OLD);
        transaction.executeWithoutResult(status -> {
            jdbc.sql("insert into webhooks.secret (id, service, sealed, added_by, added_at)"
                            + " values (:id, 'test', :sealed, 'ada', now())")
                    .param("id", id)
                    .param("sealed", before.seal("test", "first"))
                    .update();
            AtomicBoolean changed = new AtomicBoolean();
            SealedColumn column = new SealedColumn("webhooks.secret", "sealed", "id", of -> {
                if (of.equals(id) && changed.compareAndSet(false, true)) {
                    jdbc.sql("update webhooks.secret set sealed = :sealed where id = :id")
                            .param("id", id)
                            .param("sealed", before.seal("test", "second"))
                            .update();
                }
                return "test";
            });
            Resealing resealing = new Resealing(jdbc, new Vault(List.of(NEW, OLD)), List.of(column));
            assertThat(resealing.apply().finished()).isFalse();

            resealing.again();

            assertThat(resealing.troubles(SANDBOX.clock().instant()))
                    .extracting(Trouble::kind)
                    .doesNotContain("resealing_unfinished");
            assertThat(new Vault(NEW)
                            .open(
                                    "test",
                                    jdbc.sql("select sealed from webhooks.secret where id = :id")
                                            .param("id", id)
                                            .query(String.class)
                                            .single()))
                    .isEqualTo("second");
            status.setRollbackOnly();
        });
    }

    private static String channelId() {
        return "UC" + unique("").substring(1, 23);
    }
}
