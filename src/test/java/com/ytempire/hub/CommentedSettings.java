package com.ytempire.hub;

import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * The keys of an {@code application.yml}, and which of them say what they are for: by a comment on their line or above
 * it, or by the comment of the group they stand in.
 */
final class CommentedSettings {

    private final Map<String, Boolean> commented = new HashMap<>();
    private final List<String> lines;

    CommentedSettings(String yaml) {
        lines = yaml.lines().toList();
        Node root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(yaml));
        if (root instanceof MappingNode mapping) {
            read("", mapping, false, 0);
        }
    }

    boolean has(String key) {
        return commented.containsKey(key);
    }

    boolean explains(String key) {
        return commented.getOrDefault(key, false);
    }

    private void read(String prefix, MappingNode mapping, boolean groupExplained, int depth) {
        for (NodeTuple tuple : mapping.getValue()) {
            String key = prefix + ((ScalarNode) tuple.getKeyNode()).getValue();
            int line = tuple.getKeyNode().getStartMark().getLine();
            boolean explained = lines.get(line).contains(" #")
                    || line > 0 && lines.get(line - 1).strip().startsWith("#");
            // a comment on "hub:" would explain everything
            boolean counts = explained && depth > 0 || groupExplained;
            if (tuple.getValueNode() instanceof MappingNode nested) {
                read(key + ".", nested, counts, depth + 1);
            } else {
                commented.put(key, counts);
            }
        }
    }
}
