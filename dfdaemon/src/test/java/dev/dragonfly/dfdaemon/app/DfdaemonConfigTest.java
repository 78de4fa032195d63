package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.testing.ConfigReference;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DfdaemonConfigTest {
  @Test
  void theReferenceLoadsSaysTheDefaultsAndNamesEveryKey() {
    ConfigReference.check(DaemonRole.defaults(), DfdaemonConfig.class);
  }

  @Test
  void everyKeyIsRead() {
    ConfigReference.everyKeyIsRead(
        DaemonRole.defaults(),
        DfdaemonConfig.class,
        """
        host:
          ip: 10.0.0.9
          hostname: n
          idc: i
          location: a|b
          schedulerClusterId: 3
        server:
          ip: 127.0.0.1
          port: 1
          triggerFrom: [10.0.0.0/8]
          socket: /run/s
        upload:
          ip: 127.0.0.1
          port: 2
          rateLimit: 1MiB
          slots: 3
          slotWait: 4s
          strangerSlotWait: 5s
          pieceWait: 6s
          maxConnections: 7
          requestTimeout: 8s
          stallTimeout: 9s
          minimumRate: 10KiB
        download:
          rateLimit: 1KiB
          concurrent: 2
          queue: 3
          buffers: 4
          peers:
            connectTimeout: 5s
            noProgress: 6s
          swarm:
            concurrentPieces: 7
            piecesPerParent: 8
            idleAfter: 9s
            hedgeAfter: 10s
            failuresPerParent: 11
            minimumRate: 12KiB
          source:
            concurrentRanges: 13
            segmentLength: 14MiB
            attempts: 15
            backoff: 16s
          patience:
            newWithoutScheduler: 17s
            runningWithoutScheduler: 18s
            rescheduleAfter: 19s
            giveUpParentsAfter: 20s
            total: 21s
        proxy:
          enabled: true
          ip: 0.0.0.0
          port: 0
          defaultRegistry: ghcr.io
          registries: [{host: registry.corp, url: "http://10.0.0.9:5000"}]
          rules: [{regex: rpm, useTls: true, filteredQueryParams: [token]}]
          limits:
            connections: 1
            headerSize: 2KiB
            headerTimeout: 3s
            idleTimeout: 4s
            stallTimeout: 5s
            requests: 6
            queue: 7
            queueWait: 8s
            blobQueueWait: 9s
            answerTimeout: 11s
            progressTimeout: 12s
            drainTimeout: 13s
        source:
          allow: [10.0.0.0/8]
          deny: [10.1.0.0/16]
          connectTimeout: 1s
          headerTimeout: 2s
          noProgressTimeout: 4s
          rateLimit: 4KiB
          caFile: /etc/ca.pem
          nameServers: ["10.0.0.5:53"]
        storage:
          dir: /data
          diskThreads: 2
          diskQueue: 3
          openFiles: 8
          diskWait: 5s
        scheduler:
          addresses: ["a:1", "b:2"]
          refreshInterval: 9s
          announceInterval: 2s
          holdingsInterval: 4s
          connectTimeout: 5s
          headersTimeout: 6s
          registerTimeout: 7s
          closeTimeout: 8s
          leaveTimeout: 9s
        manager:
          address: m:65003
          refreshInterval: 5s
          joinToken: 0123456789abcdef0123456789abcdef
        seedPeer:
          registered: false
          clusterId: 4
          keepAliveInterval: 9s
        metrics:
          ip: 127.0.0.1
          port: 1
        """);
  }

  @Test
  void anUnknownKeyFailsWithItsPathAndFile(@TempDir Path folder) {
    ConfigReference.refusesUnknownKeys(folder, DaemonRole.defaults(), DfdaemonConfig.class);
  }
}
