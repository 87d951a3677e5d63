import { defineStore } from 'pinia'
import { ref } from 'vue'
import { client } from '../api/client.ts'

/** Whether the host answers. */
export const useConnection = defineStore('connection', () => {
  const isConnected = ref(true)
  client.onConnection((connected) => {
    isConnected.value = connected
  })
  return { isConnected }
})
