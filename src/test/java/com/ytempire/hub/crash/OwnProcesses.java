package com.ytempire.hub.crash;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Tests of hubs that are processes of their own, with databases and vendors of their own: one such class after the other,
 * beside the tests that share the hub in this JVM. Both mostly wait, so that two processors have time for both; and who
 * shares the hub still runs alone in it, in the same order everywhere.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the time of one processor")
@interface OwnProcesses {}
