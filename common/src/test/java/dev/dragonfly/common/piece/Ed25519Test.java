package dev.dragonfly.common.piece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** RFC 8032 by two implementations: what the JDK wrote of keys before must stay readable. */
class Ed25519Test {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] TEXT =
      "signed digests".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  @Test
  void theSecondVectorOfTheRfcIsSignedAndVerified() {
    byte[] seed = HEX.parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    byte[] key = Ed25519.publicKey(seed);
    assertThat(HEX.formatHex(key))
        .isEqualTo("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    byte[] signature = Ed25519.sign(seed, key, new byte[] {0x72});
    assertThat(HEX.formatHex(signature))
        .isEqualTo(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    assertThat(Ed25519.verify(key, new byte[] {0x72}, signature)).isTrue();
  }

  @Test
  void theJdkVerifiesWhatIsSignedHereWithTheKeyThatIsWrittenHere() throws GeneralSecurityException {
    byte[] seed = Ed25519.newSeed();
    PrivateKey read =
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new PKCS8EncodedKeySpec(Ed25519.toPkcs8(seed)));
    Signature theirs = Signature.getInstance("Ed25519");
    theirs.initSign(read);
    theirs.update(TEXT);
    assertThat(theirs.sign()).isEqualTo(Ed25519.sign(seed, Ed25519.publicKey(seed), TEXT));
  }

  @Test
  void keysAndSignaturesOfTheJdkAreGoodHere() throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Signature theirs = Signature.getInstance("Ed25519");
    theirs.initSign(pair.getPrivate());
    theirs.update(TEXT);
    byte[] key = Ed25519.publicKey(Ed25519.fromPkcs8(pair.getPrivate().getEncoded()));
    byte[] spki = pair.getPublic().getEncoded();
    assertThat(key).isEqualTo(Arrays.copyOfRange(spki, spki.length - 32, spki.length));
    assertThat(Ed25519.verify(key, TEXT, theirs.sign())).isTrue();
  }

  @Test
  void aChangedBitAKeyOfAnotherLengthAndNoSignatureAreNotGood() {
    byte[] seed = Ed25519.newSeed();
    byte[] key = Ed25519.publicKey(seed);
    byte[] signature = Ed25519.sign(seed, key, TEXT);
    for (int at : new int[] {0, 31, 32, 63}) {
      byte[] changed = signature.clone();
      changed[at] ^= 1;
      assertThat(Ed25519.verify(key, TEXT, changed)).as("byte %d", at).isFalse();
    }
    assertThat(Ed25519.verify(Arrays.copyOf(key, 31), TEXT, signature)).isFalse();
    assertThat(Ed25519.verify(key, TEXT, new byte[0])).isFalse();
    assertThat(Ed25519.verify(new byte[32], TEXT, new byte[64])).isFalse();
  }

  @Test
  void anotherFormOfKeyIsRefused() {
    byte[] encoded = Ed25519.toPkcs8(Ed25519.newSeed());
    encoded[12] ^= 1; // another algorithm
    assertThatIllegalArgumentException().isThrownBy(() -> Ed25519.fromPkcs8(encoded));
    assertThatIllegalArgumentException().isThrownBy(() -> Ed25519.fromPkcs8(new byte[3]));
  }
}
