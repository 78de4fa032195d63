package dev.dragonfly.common.task;

/**
 * The values in which task kinds differ.
 *
 * @param contentFolder folder below {@code content/} that holds the files of this kind
 * @param hasSource whether the content can be read from a URL
 * @param replicated whether the scheduler keeps a number of replicas
 * @param keepsHeaders whether the response headers of the source are kept and passed on
 */
public record TaskPolicy(
    String contentFolder, boolean hasSource, boolean replicated, boolean keepsHeaders) {}
