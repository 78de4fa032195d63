package dev.dragonfly.common.grpc;

import java.nio.file.Path;

/**
 * Files for mutual TLS, PEM.
 *
 * @param caFile authorities that are trusted
 * @param certFile certificate chain of this service
 * @param keyFile its private key, PKCS 8
 */
public record TlsConfig(Path caFile, Path certFile, Path keyFile) {}
