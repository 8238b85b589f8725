package com.ytempire.hub.platform;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The hubs that run on this database; while one version replaces another, both are there. */
@Component
class NodeFigures implements FigureSource {

    private static final int WORRYING = 12; // seconds: two beats are missing

    private final JdbcClient jdbc;

    NodeFigures(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String title() {
        return "Nodes";
    }

    @Override
    public List<Figure> figures() {
        return jdbc.sql("""
                        select node, role, version, extract(epoch from now() - beat_at)::int as silent
                          from operations.node order by started_at, node
                        """).query((row, number) -> figure(row)).list();
    }

    private static Figure figure(ResultSet row) throws SQLException {
        int silent = row.getInt("silent");
        return new Figure(
                row.getString("node"),
                row.getString("role").toLowerCase(Locale.ROOT),
                "version " + row.getString("version") + ", heard " + silent + " s ago",
                silent > WORRYING ? "warn" : "ok",
                null);
    }
}
